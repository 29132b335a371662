import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** What the provider has charged for: the truth that a ledger is held against. */
export interface Charged {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface CountingProvider {
  /** Base URL, to be used as `api_base`. */
  readonly url: string;
  readonly charged: () => Charged;
  stop(): Promise<void>;
}

export interface CountingProviderOptions {
  /** How long an answer takes; of a stream, to its first event. */
  readonly answerMs: number;
  /** Events of a stream and how far they are apart; the request says which with `max_tokens`. */
  readonly tokenMs: number;
}

const PROMPT_TOKENS = 7;
const ANSWER_TOKENS = 3;

/** A provider on loopback that answers everything and keeps the books of it. */
export async function startCountingProvider(
  options: CountingProviderOptions,
): Promise<CountingProvider> {
  let charged: Charged = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const charge = (completionTokens: number): void => {
    charged = {
      calls: charged.calls + 1,
      promptTokens: charged.promptTokens + PROMPT_TOKENS,
      completionTokens: charged.completionTokens + completionTokens,
    };
  };
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(incoming)) as {
      readonly stream?: boolean;
      readonly max_tokens?: number;
      readonly stream_options?: { readonly include_usage?: boolean };
    };
    await wait(options.answerMs);
    if (body.stream !== true) {
      charge(ANSWER_TOKENS);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(renderAnswer());
      return;
    }
    const tokens = body.max_tokens ?? ANSWER_TOKENS;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let token = 0; token < tokens; token += 1) {
      if (response.destroyed) return charge(token);
      response.write(renderEvent({ content: 'word ' }, null));
      await wait(options.tokenMs);
    }
    charge(tokens);
    response.write(renderEvent({}, 'stop'));
    if (body.stream_options?.include_usage === true) response.write(renderUsage(tokens));
    response.end('data: [DONE]\n\n');
  };
  const server: Server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 511, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    charged: () => charged,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const HEAD = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt-4o' };

function renderAnswer(): string {
  return JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'three words here' },
        finish_reason: 'stop',
      },
    ],
    usage: usageOf(ANSWER_TOKENS),
  });
}

function renderEvent(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices })}\n\n`;
}

function renderUsage(tokens: number): string {
  const event = { ...HEAD, object: 'chat.completion.chunk', choices: [], usage: usageOf(tokens) };
  return `data: ${JSON.stringify(event)}\n\n`;
}

function usageOf(completionTokens: number): object {
  return {
    prompt_tokens: PROMPT_TOKENS,
    completion_tokens: completionTokens,
    total_tokens: PROMPT_TOKENS + completionTokens,
  };
}
