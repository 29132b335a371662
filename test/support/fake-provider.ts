import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider does with one request. */
export type Script =
  | {
      readonly kind: 'json';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
      readonly delayMs?: number;
    }
  /** Bytes under any content type. */
  | {
      readonly kind: 'raw';
      readonly status?: number;
      readonly contentType: string;
      readonly body: string;
    }
  | {
      readonly kind: 'stream';
      /** Default: that of server-sent events. */
      readonly contentType?: string;
      readonly chunks: readonly (string | Buffer)[];
      readonly gapMs?: number;
      /** How the stream ends: properly, by a reset of the connection, or never. */
      readonly end?: 'end' | 'reset' | 'hang';
    }
  /** Closes the connection without a word. */
  | { readonly kind: 'reset' }
  /** Never answers. */
  | { readonly kind: 'hang' };

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the gateway ends the exchange before the provider does. */
  readonly abandoned: Promise<void>;
}

export interface FakeProvider {
  /** Base URL, to be used as `api_base`. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Resolves with the request of this number, counted from 0, once it has come. */
  request(index: number): Promise<SeenRequest>;
  stop(): Promise<void>;
}

/** A provider on loopback that does what the script for each request says. */
export async function startFakeProvider(
  script: (request: SeenRequest, index: number) => Script,
): Promise<FakeProvider> {
  const seen: SeenRequest[] = [];
  const waiting = new Map<number, (request: SeenRequest) => void>();
  const server: Server = createServer((incoming, response) => {
    void readText(incoming).then((body) => {
      const abandoned = new Promise<void>((resolve) => {
        response.on('close', () => {
          if (!response.writableFinished) resolve();
        });
      });
      const request = { path: incoming.url ?? '', headers: incoming.headers, body, abandoned };
      const index = seen.push(request) - 1;
      waiting.get(index)?.(request);
      play(script(request, index), incoming, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    request: (index) => {
      const known = seen[index];
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => waiting.set(index, resolve));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A minimal answer in OpenAI's shape. */
export function completion(content: string): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4o-2024-08-06',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  };
}

/** The events of a whole stream in OpenAI's shape. */
export function completionChunks(words: readonly string[]): string[] {
  const event = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: 'gpt-4o-2024-08-06',
      choices: [{ index: 0, delta, finish_reason: finish }],
    })}\n\n`;
  return [
    ...words.map((content) => event({ content }, null)),
    event({}, 'stop'),
    'data: [DONE]\n\n',
  ];
}

/** The same as a client gets them, who asked for the model by this name. */
export function shownChunks(chunks: readonly string[], model = 'gpt-4o'): string {
  return chunks.join('').replaceAll('"model":"gpt-4o-2024-08-06"', `"model":"${model}"`);
}

export function providerError(message: string, code: string | null = null): unknown {
  return { error: { message, type: 'server_error', param: null, code } };
}

function play(script: Script, incoming: IncomingMessage, response: ServerResponse): void {
  switch (script.kind) {
    case 'json':
      setTimeout(() => {
        response.writeHead(script.status ?? 200, {
          'content-type': 'application/json',
          ...script.headers,
        });
        response.end(JSON.stringify(script.body));
      }, script.delayMs ?? 0);
      return;
    case 'raw':
      response.writeHead(script.status ?? 200, { 'content-type': script.contentType });
      response.end(script.body);
      return;
    case 'stream':
      response.writeHead(200, { 'content-type': script.contentType ?? 'text/event-stream' });
      playChunks([...script.chunks], script, response);
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'hang':
  }
}

function playChunks(
  rest: (string | Buffer)[],
  script: Extract<Script, { readonly kind: 'stream' }>,
  response: ServerResponse,
): void {
  const chunk = rest.shift();
  if (chunk !== undefined) {
    response.write(chunk);
    setTimeout(() => playChunks(rest, script, response), script.gapMs ?? 0);
  } else if (script.end === 'reset') response.socket?.resetAndDestroy();
  else if (script.end !== 'hang') response.end();
}

function readText(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}
