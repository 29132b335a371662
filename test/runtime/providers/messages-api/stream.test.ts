import { MESSAGES_DIALECT } from '../../../../runtime/providers/messages-api/dialect';
import { chunksOf, deltasOf, translateStream } from '../../../support/translated-stream';

interface Event {
  readonly type: string;
  readonly [member: string]: unknown;
}

const event = (json: Event): string => `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;

const translate = (bytes: Buffer, cuts: readonly number[] = []): string =>
  translateStream(MESSAGES_DIALECT, bytes, { cuts, call: { providerModel: 'claude-x' } });

const START = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x-1',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
  },
};
const block = (index: number, content: object): Event => ({
  type: 'content_block_start',
  index,
  content_block: content,
});
const delta = (index: number, change: object): Event => ({
  type: 'content_block_delta',
  index,
  delta: change,
});
const end = (index: number): Event => ({ type: 'content_block_stop', index });
const finish = (reason: string): readonly Event[] => [
  {
    type: 'message_delta',
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: 20, input_tokens: null },
  },
  { type: 'message_stop' },
];

/** Thoughts, words, two tools, one of which takes nothing. */
const WHOLE = [
  START,
  { type: 'ping' },
  block(0, { type: 'thinking', thinking: '', signature: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
  delta(0, { type: 'thinking_delta', thinking: '…' }),
  delta(0, { type: 'signature_delta', signature: 'sig' }),
  end(0),
  block(1, { type: 'text', text: '' }),
  delta(1, { type: 'text_delta', text: 'Grüße 👋' }),
  end(1),
  block(2, { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }),
  delta(2, { type: 'input_json_delta', partial_json: '' }),
  delta(2, { type: 'input_json_delta', partial_json: '{"city":' }),
  delta(2, { type: 'input_json_delta', partial_json: '"Bern"}' }),
  end(2),
  block(3, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }),
  end(3),
  block(4, { type: 'something_new' }),
  delta(4, { type: 'something_new_delta' }),
  { type: 'future_event' },
  ...finish('tool_use'),
]
  .map(event)
  .join('');

describe('MessageStream', () => {
  it('tells thoughts, words and calls of tools as they come', () => {
    const told = translate(Buffer.from(WHOLE));
    expect(deltasOf(told)).toEqual([
      { role: 'assistant', reasoning_content: 'Hm' },
      { reasoning_content: '…' },
      { thinking_blocks: [{ type: 'thinking', thinking: 'Hm…', signature: 'sig' }] },
      { content: 'Grüße 👋' },
      {
        tool_calls: [
          {
            index: 0,
            id: 'toolu_1',
            type: 'function',
            function: { name: 'weather', arguments: '' },
          },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Bern"}' } }] },
      {
        tool_calls: [
          { index: 1, id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '' } },
        ],
      },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      {},
    ]);
    const chunks = chunksOf(told);
    expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`))).toEqual(
      new Set(['msg_1 claude-x-1']),
    );
    expect(
      chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason)).at(-1),
    ).toBe('tool_calls');
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 15, completion_tokens: 20, total_tokens: 35 },
    });
    expect(told.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('tells the same wherever it is cut, byte by byte and with other line ends', () => {
    const bytes = Buffer.from(WHOLE);
    const told = translate(bytes);
    for (let at = 1; at < bytes.length; at += 1) expect(translate(bytes, [at])).toBe(told);
    const each = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1);
    expect(translate(bytes, each)).toBe(told);
    expect(translate(Buffer.from(WHOLE.replaceAll('\n', '\r\n')), [100, 101, 500])).toBe(told);
  });

  it('never takes a stream that breaks off for a whole one', () => {
    const bytes = Buffer.from(WHOLE);
    for (let at = 0; at < bytes.length - 1; at += 7) {
      expect(translate(bytes.subarray(0, at))).not.toContain('[DONE]');
    }
  });

  it('takes what the answering tool is called with for the answer', () => {
    const told = translate(
      Buffer.from(
        [
          START,
          block(0, { type: 'tool_use', id: 'toolu_1', name: 'json_tool_call', input: {} }),
          delta(0, { type: 'input_json_delta', partial_json: '{"a":' }),
          delta(0, { type: 'input_json_delta', partial_json: '1}' }),
          end(0),
          ...finish('tool_use'),
        ]
          .map(event)
          .join(''),
      ),
    );
    expect(deltasOf(told)).toEqual([
      { role: 'assistant', content: '{"a":' },
      { content: '1}' },
      {},
    ]);
    expect(told).toContain('"finish_reason":"stop"');
  });

  it('tells of an error in the middle, and of nothing after it', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const told = translate(Buffer.from([START, error, ...finish('end_turn')].map(event).join('')));
    expect(chunksOf(told)).toEqual([
      { error: { message: 'Overloaded', type: 'overloaded_error', param: null, code: null } },
    ]);
    expect(told).not.toContain('[DONE]');
  });

  it('passes over what is no JSON', () => {
    expect(translate(Buffer.from(`data: {"type":\n\n${WHOLE}`))).toBe(
      translate(Buffer.from(WHOLE)),
    );
  });
});
