import { UsageMeter } from '../../../runtime/dispatch/usage-meter';
import { completion, completionChunks } from '../../support/fake-provider';

const TOLD = '"usage":{"prompt_tokens":7,"completion_tokens":3}';
/** Nine tokens by its length and its frame. */
const BODY = {
  bytes: Buffer.from('{"messages":[{"role":"user","content":"twenty bytes of text"}]}'),
};

function measure(delivery: 'json' | 'stream', ...chunks: readonly string[]): UsageMeter {
  const meter = new UsageMeter({ delivery, body: BODY });
  for (const chunk of chunks) meter.push(Buffer.from(chunk));
  return meter;
}

describe('UsageMeter', () => {
  it.each([
    ['a stream', measure('stream', ...completionChunks(['a']), `data: {${TOLD}}\n\n`)],
    ['a document', measure('json', `{"choices":[],${TOLD}}`)],
    ['a document with a long text behind', measure('json', `{${TOLD},"x":"${'x'.repeat(9_000)}"}`)],
    ['a stream in pieces of a byte', measure('stream', ...`data: {${TOLD}}\n\n`)],
    ['a document in many pieces', measure('json', ...`{"choices":[],${TOLD}}`)],
    [
      'a stream that is long before it',
      measure('stream', ...completionChunks(Array<string>(500).fill('a')), `data: {${TOLD}}\n\n`),
    ],
  ])('takes what the provider tells of %s', (_name, meter) => {
    expect(meter.usage).toEqual({
      source: 'told',
      promptTokens: 7,
      completionTokens: 3,
      kinds: null,
    });
  });

  it('estimates the prompt and the text where nobody tells, of a stream as of a document', () => {
    const text = 'word '.repeat(100);
    const document = JSON.stringify({ ...(completion(text) as object), usage: null });
    const expected = {
      source: 'estimated',
      promptTokens: 9,
      completionTokens: 125,
      kinds: null,
    };
    expect(measure('json', document).usage).toEqual(expected);
    expect(measure('stream', ...completionChunks([text])).usage).toEqual(expected);
    const words = completionChunks(Array<string>(100).fill('word '));
    expect(measure('stream', ...words).usage).toEqual(expected);
  });

  it('counts neither comments nor the end of the stream', () => {
    const meter = measure('stream', ': keep-alive\n\n', 'data: {}\n\n', 'data: [DONE]\n\n');
    expect(meter.usage.completionTokens).toBe(0);
    expect(meter.isBegun).toBe(false);
  });

  it('takes a prompt for free that nobody pays for', () => {
    expect(new UsageMeter({ delivery: 'json', body: null }).usage.promptTokens).toBe(0);
  });

  it('reads once, at the first question', () => {
    const meter = measure('stream', 'data: {}\n\n');
    const { usage } = meter;
    meter.push(Buffer.from('data: {"content":"text"}\n\n'));
    expect(meter.usage).toBe(usage);
  });

  it.each([
    ['a document', measure('json', JSON.stringify(completion('Hi')))],
    ['a stream', measure('stream', ...completionChunks(['Hi']))],
  ])('tells by whose words %s was given', (_name, meter) => {
    expect(meter.answeredBy).toBe('gpt-4o-2024-08-06');
  });
});
