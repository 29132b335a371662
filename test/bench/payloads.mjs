// What travels in the bench. Sizes are known beforehand, so that the driver can prove that nothing was lost on the way.

export const PATH = '/v1/chat/completions';
export const KEY = 'sk-bench-master';
/** The client's name of the model and the provider's: of one length, so that an answer is as long at every target. */
export const CLIENT_MODEL = 'bench-client-model';
export const PROVIDER_MODEL = 'bench-origin-model';
export const COMPLETION_TOKENS = 271;

/** A request whose text tells the mock what to do; every gateway forwards it untouched. */
export function renderRequest({ bytes, chunks = 0, gapMs = 0 }) {
  const order = `[mock chunks=${chunks} gap-ms=${gapMs}]`;
  const render = (padding) =>
    JSON.stringify({
      model: CLIENT_MODEL,
      messages: [{ role: 'user', content: order + padding }],
      temperature: 0.2,
      stream: chunks > 0,
    });
  const body = render(' word'.repeat(bytes / 5).slice(0, bytes - render('').length));
  const head =
    `POST ${PATH} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n` +
    `authorization: Bearer ${KEY}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/** What the mock reads out of a request. */
export function parseOrder(request) {
  const at = request.indexOf('[mock ');
  const [, chunks, gapMs] =
    /chunks=(\d+) gap-ms=(\d+)/.exec(request.toString('latin1', at, at + 64)) ?? [];
  return { chunks: Number(chunks), gapMs: Number(gapMs) };
}

/** An answer of about 1 KB in OpenAI's shape. */
export const JSON_ANSWER = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: PROVIDER_MODEL,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'An answer of the mock. '.repeat(30) },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 12, completion_tokens: COMPLETION_TOKENS, total_tokens: 283 },
  }),
);

/** One event of a stream, with the time it left the mock: microseconds of the clock all processes share. */
export function renderEvent(stampMicros) {
  const stamp = String(stampMicros).padStart(16, '0');
  return renderData({
    model: PROVIDER_MODEL,
    choices: [{ index: 0, delta: { content: `stamp=${stamp}` }, finish_reason: null }],
  });
}

export const LAST_EVENTS =
  renderData({
    model: PROVIDER_MODEL,
    choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
    usage: { prompt_tokens: 12, completion_tokens: COMPLETION_TOKENS, total_tokens: 283 },
  }) + 'data: [DONE]\n\n';

export function nowMicros() {
  return Number(process.hrtime.bigint() / 1000n);
}

/** The size of the body that answers a request. */
export function answerBytes({ chunks }) {
  if (chunks === 0) return JSON_ANSWER.length;
  return chunks * renderEvent(0).length + LAST_EVENTS.length;
}

function renderData(fields) {
  return `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', ...fields })}\n\n`;
}
