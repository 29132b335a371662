import { translateAnswer } from '../../../../runtime/providers/translate/translate-answer';
import type { AnswerDialect } from '../../../../runtime/providers/translate/answer-dialect';
import type { AnswerPiece } from '../../../../runtime/providers/translate/openai-answer';
import { ServerSentEvents } from '../../../../runtime/providers/translate/server-sent-events';
import type { TranslatedCall } from '../../../../runtime/providers/translation';

/** Its events are pieces already. */
const DIALECT: AnswerDialect = {
  json: (document) =>
    document === undefined
      ? null
      : {
          id: null,
          model: 'm-2',
          choices: [
            { index: 0, message: { role: 'assistant', content: 'ä' }, finish_reason: 'stop' },
          ],
          usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
        },
  events: () => new ServerSentEvents(),
  stream: () => ({
    read: ({ data }) => [JSON.parse(data) as AnswerPiece],
    end: () => [{ kind: 'done' }],
  }),
  error: ({ text }) => ({ message: text, type: 'server_error', param: null, code: null }),
};

const CALL: TranslatedCall = {
  delivery: 'json',
  providerModel: 'm-1',
  usageEvent: 'added',
  createdSeconds: 5,
  id: 'chatcmpl-1',
};

const PIECES: readonly AnswerPiece[] = [
  { kind: 'start', id: 'msg-1', model: 'm-2' },
  { kind: 'delta', index: 0, delta: { content: 'Grüße 👋' } },
  { kind: 'delta', index: 0, delta: { content: '…' } },
  { kind: 'finish', index: 0, reason: 'stop' },
  { kind: 'usage', usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
];

const renderStream = (lineEnd: string): Buffer =>
  Buffer.from(
    PIECES.map(
      (piece) =>
        `: comment${lineEnd}event: x${lineEnd}data: ${JSON.stringify(piece)}${lineEnd}${lineEnd}`,
    ).join(''),
  );

const HEAD = '{"id":"msg-1","object":"chat.completion.chunk","created":5,"model":"m-2","choices":';
const STREAM = [
  `data: ${HEAD}[{"index":0,"delta":{"role":"assistant","content":"Grüße 👋"},"finish_reason":null}]}`,
  `data: ${HEAD}[{"index":0,"delta":{"content":"…"},"finish_reason":null}]}`,
  `data: ${HEAD}[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
  `data: ${HEAD}[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}`,
  'data: [DONE]',
  '',
].join('\n\n');

function translate(chunks: readonly Buffer[], call: Partial<TranslatedCall> = {}): string {
  const translation = translateAnswer(DIALECT, { ...CALL, delivery: 'stream', ...call });
  translation.head(200, {});
  const out = chunks.map((chunk) => translation.data(chunk));
  return Buffer.concat([...out, translation.end()]).toString();
}

describe('translateAnswer', () => {
  it('writes a whole answer as a chat completion, its usage last', () => {
    const translation = translateAnswer(DIALECT, CALL);
    expect(translation.head(200, { 'content-length': '2', 'x-id': 'a' })).toEqual({
      status: 200,
      headers: { 'x-id': 'a', 'content-type': 'application/json' },
    });
    expect(translation.data(Buffer.from('{}')).length).toBe(0);
    expect(translation.end().toString()).toBe(
      '{"id":"chatcmpl-1","object":"chat.completion","created":5,"model":"m-2","choices":' +
        '[{"index":0,"message":{"role":"assistant","content":"ä"},"finish_reason":"stop"}],' +
        '"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}',
    );
  });

  it('passes on what is no answer, so that the gateway says what came', () => {
    const translation = translateAnswer(DIALECT, CALL);
    translation.head(200, {});
    translation.data(Buffer.from('<html>'));
    expect(translation.end().toString()).toBe('<html>');
  });

  it('writes an error in the words of OpenAI', () => {
    const translation = translateAnswer(DIALECT, { ...CALL, delivery: 'stream' });
    expect(translation.head(529, {})).toEqual({
      status: 529,
      headers: { 'content-type': 'application/json' },
    });
    translation.data(Buffer.from('over'));
    translation.data(Buffer.from('loaded'));
    expect(translation.end().toString()).toBe(
      '{"error":{"message":"overloaded","type":"server_error","param":null,"code":null}}',
    );
  });

  it.each(['\n', '\r\n', '\r'])('writes the same stream wherever %j is cut', (lineEnd) => {
    const bytes = renderStream(lineEnd);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(translate([bytes.subarray(0, at), bytes.subarray(at)])).toBe(STREAM);
    }
    expect(translate([...bytes].map((byte) => Buffer.from([byte])))).toBe(STREAM);
  });

  it('keeps the usage to itself when nobody asks', () => {
    const told = translate([renderStream('\n')], { usageEvent: 'as-asked' });
    expect(told).toBe(STREAM.replace(/data: [^\n]*"usage".*\n\n/, ''));
  });

  it('ends with the error when one comes, and tells nothing after it', () => {
    const error = { message: 'Overloaded', type: 'server_error', param: null, code: null };
    const pieces: readonly AnswerPiece[] = [
      { kind: 'error', error },
      { kind: 'delta', index: 0, delta: { content: 'late' } },
    ];
    const events = pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join('');
    expect(translate([Buffer.from(events)])).toBe(`data: ${JSON.stringify({ error })}\n\n`);
  });

  it('tells of an event without an end, once', () => {
    const megabytes = Array.from({ length: 18 }, () => Buffer.alloc(1024 * 1024, 'a'));
    expect(translate(megabytes)).toBe(
      'data: {"error":{"message":"the provider sent a broken stream: an event has no end","type":"server_error","param":null,"code":null}}\n\n',
    );
  });
});
