import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { estimateBilledPrompt } from '../../../../runtime/providers/billed-prompt';

/** What a provider does with the requests that come. */
export type Mood =
  /** Answers, and tells what that used. */
  | 'well'
  /** Answers, and never tells. */
  | 'silent-about-usage'
  | 'failing'
  | 'rate-limiting'
  /** Takes a request and answers nothing. */
  | 'hanging'
  /** Breaks off before its answer. */
  | 'dropping'
  /** Breaks off in the middle of a stream. */
  | 'cutting';

export const MOODS: readonly Mood[] = [
  'hanging',
  'silent-about-usage',
  'failing',
  'cutting',
  'rate-limiting',
  'dropping',
];

/** Unit: tokens. */
export interface Bill {
  readonly prompt: number;
  readonly completion: number;
}

export interface BillingProvider {
  readonly url: string;
  mood: Mood;
  readonly bill: () => Bill;
  stop(): Promise<void>;
}

export interface BillingOptions {
  /** A request whose client is going to leave has come as far as it is let; the text is its prompt. */
  readonly onLeavable: (prompt: string) => void;
}

/** A prompt that holds this is one whose client leaves: it gets the first words of a stream at most. */
export const LEAVING = 'leaving';

const WORDS = ['one ', 'two ', 'three ', 'and so on'];
const TOLD: Bill = { prompt: 7, completion: 3 };
const BYTES_PER_TOKEN = 4;

interface Asked {
  readonly stream: boolean;
  readonly prompt: string;
  readonly promptTokens: number;
}

/** A provider on loopback that keeps its own books, by the rules by which providers bill. */
export async function startBillingProvider(options: BillingOptions): Promise<BillingProvider> {
  let bill: Bill = { prompt: 0, completion: 0 };
  const charge = ({ prompt, completion }: Bill): void => {
    bill = { prompt: bill.prompt + prompt, completion: bill.completion + completion };
  };
  const state: { mood: Mood } = { mood: 'well' };
  const server: Server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const asked = parseAsked(body);
      const isLeaving = asked.prompt.includes(LEAVING);
      if (state.mood === 'dropping') incoming.socket.destroy();
      else if (state.mood === 'failing') refuse(response, 500);
      else if (state.mood === 'rate-limiting') refuse(response, 429);
      else if (isLeaving) {
        // What a client has paid for that leaves: the prompt, and the words it has been given.
        const words = asked.stream && state.mood !== 'hanging' ? WORDS.slice(0, 2) : [];
        charge({ prompt: asked.promptTokens, completion: countTokens(words) });
        if (words.length > 0) beginStream(response, words);
        options.onLeavable(asked.prompt);
      } else if (state.mood === 'hanging') charge({ prompt: asked.promptTokens, completion: 0 });
      else if (state.mood === 'cutting' && asked.stream) {
        charge({ prompt: asked.promptTokens, completion: countTokens(WORDS) });
        beginStream(response, WORDS);
        // All that was written arrives first; a reset would take some of it back.
        incoming.socket.end();
      } else {
        const isTold = state.mood !== 'silent-about-usage';
        charge(isTold ? TOLD : { prompt: asked.promptTokens, completion: countTokens(WORDS) });
        answer(response, { stream: asked.stream, usage: isTold ? TOLD : null });
      }
    });
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 511, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get mood() {
      return state.mood;
    },
    set mood(mood) {
      state.mood = mood;
    },
    bill: () => bill,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parseAsked(body: string): Asked {
  const { stream = false, messages } = JSON.parse(body) as {
    readonly stream?: boolean;
    readonly messages: readonly { readonly content: string }[];
  };
  return {
    stream,
    prompt: messages[0]?.content ?? '',
    promptTokens: estimateBilledPrompt(Buffer.from(body)),
  };
}

function countTokens(words: readonly string[]): number {
  return Math.ceil(Buffer.byteLength(words.join('')) / BYTES_PER_TOKEN);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end('{"error":{"message":"not now"}}');
}

function beginStream(response: ServerResponse, words: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(words.map((content) => renderEvent({ content }, null)).join(''));
}

function answer(
  response: ServerResponse,
  { stream, usage }: { readonly stream: boolean; readonly usage: Bill | null },
): void {
  const counts =
    usage === null
      ? undefined
      : { prompt_tokens: usage.prompt, completion_tokens: usage.completion };
  if (stream) {
    beginStream(response, WORDS);
    response.write(renderEvent({}, 'stop'));
    if (counts !== undefined) {
      response.write(`data: ${JSON.stringify({ choices: [], usage: counts })}\n\n`);
    }
    response.end('data: [DONE]\n\n');
    return;
  }
  const message = { role: 'assistant', content: WORDS.join('') };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage: counts }),
  );
}

function renderEvent(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices })}\n\n`;
}
