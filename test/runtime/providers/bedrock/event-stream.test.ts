import { CONVERSE_DIALECT } from '../../../../runtime/providers/bedrock/dialect';
import { EventStream, selectInvokeEvent } from '../../../../runtime/providers/bedrock/event-stream';
import { deltasOf, translateStream } from '../../../support/translated-stream';
import {
  renderEventFrame,
  renderExceptionFrame,
  renderFrame,
} from '../../../support/vendors/event-frame';

const event = renderEventFrame;
const exception = renderExceptionFrame;
const delta = (index: number, change: object): Buffer =>
  event('contentBlockDelta', { contentBlockIndex: index, delta: change });

const translate = (bytes: Buffer, cuts: readonly number[] = []): string =>
  translateStream(CONVERSE_DIALECT, bytes, { cuts });

const SAID = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  delta(0, { reasoningContent: { text: 'Hm' } }),
  delta(0, { reasoningContent: { signature: 'sig' } }),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  delta(1, { text: 'Grüße 👋' }),
  event('contentBlockStart', {
    contentBlockIndex: 2,
    start: { toolUse: { toolUseId: 'a', name: 'weather' } },
  }),
  delta(2, { toolUse: { input: '{"city":"Bern"}' } }),
  event('contentBlockStop', { contentBlockIndex: 2 }),
  event('contentBlockStart', {
    contentBlockIndex: 3,
    start: { toolUse: { toolUseId: 'b', name: 'now' } },
  }),
  event('contentBlockStop', { contentBlockIndex: 3 }),
  event('somethingNew', {}),
]);
const STOP = event('messageStop', { stopReason: 'tool_use' });
const USED = event('metadata', {
  usage: { inputTokens: 10, outputTokens: 20, totalTokens: 30, cacheReadInputTokens: 5 },
});
const WHOLE = Buffer.concat([SAID, STOP, USED]);

describe('EventStream', () => {
  it('brings thoughts, words and calls of tools of Converse, and what was used', () => {
    const told = translate(WHOLE);
    const call = (index: number, id: string, name: string): object => ({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
    });
    const said = (index: number, text: string): object => ({
      tool_calls: [{ index, function: { arguments: text } }],
    });
    expect(deltasOf(told)).toEqual([
      { role: 'assistant', reasoning_content: 'Hm' },
      { thinking_blocks: [{ type: 'thinking', thinking: 'Hm', signature: 'sig' }] },
      { content: 'Grüße 👋' },
      call(0, 'a', 'weather'),
      said(0, '{"city":"Bern"}'),
      call(1, 'b', 'now'),
      said(1, '{}'),
      {},
    ]);
    expect(told).toContain('"finish_reason":"tool_calls"');
    expect(told).toContain('"usage":{"prompt_tokens":15,"completion_tokens":20,"total_tokens":35');
    expect(told.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('brings the same wherever it is cut', () => {
    const told = translate(WHOLE);
    for (let at = 1; at < WHOLE.length; at += 1) expect(translate(WHOLE, [at])).toBe(told);
    const each = Array.from({ length: WHOLE.length - 1 }, (_, at) => at + 1);
    expect(translate(WHOLE, each)).toBe(told);
  });

  it('never takes a stream that breaks off for a whole one', () => {
    for (let at = 0; at < SAID.length + STOP.length; at += 1) {
      expect(translate(WHOLE.subarray(0, at))).not.toContain('[DONE]');
    }
  });

  it('tells of a byte that was flipped', () => {
    for (let at = 0; at < SAID.length; at += 7) {
      const flipped = Buffer.from(WHOLE);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      expect(translate(flipped)).not.toContain('[DONE]');
    }
  });

  it('ends by an exception of the model', () => {
    const broken = [delta(0, { text: 'a' }), exception('throttlingException', 'Too many tokens')];
    const told = translate(Buffer.concat(broken));
    expect(told).toContain('{"error":{"message":"Too many tokens","type":"rate_limit_error"');
    expect(told).not.toContain('[DONE]');
  });

  it("unpacks events and exceptions of a model's own format", () => {
    const own = { type: 'message_stop' };
    const bytes = Buffer.from(JSON.stringify(own)).toString('base64');
    const read = (frames: Buffer): unknown =>
      JSON.parse(new EventStream(selectInvokeEvent).read(frames)[0]?.data ?? '');
    expect(read(event('chunk', { bytes }))).toEqual(own);
    expect(
      new EventStream(selectInvokeEvent).read(renderFrame({ ':event-type': 'chunk' }, ['no map'])),
    ).toEqual([{ name: 'chunk', data: '' }]);
    expect(read(exception('throttlingException', 'no'))).toEqual({
      type: 'error',
      error: { type: 'rate_limit_error', message: 'no' },
    });
  });
});
