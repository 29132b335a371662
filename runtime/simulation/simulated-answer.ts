/** What a simulated provider says, in OpenAI's words. */

const TOKEN = Buffer.from(
  'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n',
);

/** Unit: tokens. */
export interface TokenCounts {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** One token of a stream. */
export function renderToken(): Buffer {
  return TOKEN;
}

/** The last events of a stream. */
export function renderStreamEnd(counts: TokenCounts): Buffer {
  return Buffer.from(
    `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n` +
      `data: {"object":"chat.completion.chunk","choices":[],${renderUsage(counts)}}\n\ndata: [DONE]\n\n`,
  );
}

export function renderDocument(counts: TokenCounts): Buffer {
  return Buffer.from(
    `{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"words"},"finish_reason":"stop"}],${renderUsage(counts)}}`,
  );
}

export function renderErrorDocument(status: number): Buffer {
  return Buffer.from(
    `{"error":{"message":"simulated failure","type":"simulated","code":"${status}"}}`,
  );
}

export function renderErrorEvent(status: number): Buffer {
  return Buffer.from(`data: ${renderErrorDocument(status).toString()}\n\n`);
}

function renderUsage({ promptTokens, completionTokens }: TokenCounts): string {
  return `"usage":{"prompt_tokens":${promptTokens},"completion_tokens":${completionTokens},"total_tokens":${promptTokens + completionTokens}}`;
}
