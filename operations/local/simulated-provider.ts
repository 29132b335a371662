import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import {
  parseSimulatedQuestion,
  planSimulatedAnswer,
  renderCompletion,
  renderEvents,
} from './simulated-answer';

/** How fast it thinks and talks. Unit: milliseconds. */
export interface SimulatedPace {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
}

/** Quick for a model, slow enough to see that an answer streams. */
export const SIMULATED_PACE: SimulatedPace = { firstTokenMs: 120, tokenMs: 15 };

const OPENAI_PATH = '/v1/chat/completions';
const AZURE_PATH = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/;
const MODELS_PATH = '/v1/models';

/** Speaks OpenAI's and Azure OpenAI's chat completions; every answer says that it is simulated. */
export class SimulatedProvider {
  private readonly server: Server;

  constructor(private readonly pace: SimulatedPace) {
    this.server = createServer((incoming, response) => {
      this.answer(incoming, response).catch(() => response.destroy());
    });
    // The gateway keeps connections, and one that ends while a request is on its way looks like a failure.
    this.server.keepAliveTimeout = 600_000;
  }

  async start(address: { readonly host: string; readonly port: number }): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(address.port, address.host, resolve);
    });
    const bound = this.server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : address.port;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', 'http://simulated').pathname;
    if (incoming.method === 'GET' && path === MODELS_PATH) return sendModels(response);
    const azure = AZURE_PATH.exec(path);
    if (incoming.method !== 'POST' || (path !== OPENAI_PATH && azure === null)) {
      return sendError(response, 404, `the simulated provider does not know ${path}`);
    }
    const model = azure?.[1] === undefined ? null : decodeURIComponent(azure[1]);
    const question = parseSimulatedQuestion(await text(incoming), model);
    if (question === null) {
      return sendError(response, 400, 'the body must be JSON with model and messages');
    }
    const answer = planSimulatedAnswer(question);
    await wait(this.pace.firstTokenMs);
    if (!question.streamed) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(renderCompletion(answer));
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
    });
    for (const event of renderEvents(answer, question.includeUsage)) {
      if (response.destroyed) return;
      response.write(event);
      await wait(this.pace.tokenMs);
    }
    response.end();
  }
}

function sendModels(response: ServerResponse): void {
  const model = { id: 'simulated', object: 'model', created: 0, owned_by: 'litellm-ha' };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data: [model] }));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
  );
}
