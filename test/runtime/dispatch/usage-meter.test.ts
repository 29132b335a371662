import fc from 'fast-check';
import { UsageMeter } from '../../../runtime/dispatch/usage-meter';
import { completionChunks } from '../../support/fake-provider';

const TOLD = '"usage":{"prompt_tokens":7,"completion_tokens":3}';

function measure(delivery: 'json' | 'stream', ...chunks: readonly string[]): UsageMeter {
  const meter = new UsageMeter({ delivery, promptTokens: 20 });
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
  ])('takes what the provider tells of %s', (_name, meter) => {
    expect(meter.usage).toEqual({ source: 'told', promptTokens: 7, completionTokens: 3 });
  });

  it('counts the events of a stream whose usage nobody tells, however they are cut at their ends', () => {
    const events = completionChunks(['a', 'b', 'c', 'd']).slice(0, 4);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (isJoined) => {
        const chunks = events.reduce<string[]>((all, event, index) => {
          if (isJoined[index] === true && all.length > 0) all.push((all.pop() ?? '') + event);
          else all.push(event);
          return all;
        }, []);
        expect(measure('stream', ...chunks).usage).toEqual({
          source: 'estimated',
          promptTokens: 20,
          completionTokens: 4,
        });
      }),
    );
  });

  it('counts neither comments nor the end of the stream', () => {
    const meter = measure('stream', ': keep-alive\n\n', 'data: {}\n\n', 'data: [DONE]\n\n');
    expect(meter.usage.completionTokens).toBe(1);
  });

  it('takes a token for four bytes of a document whose usage nobody tells', () => {
    expect(measure('json', 'x'.repeat(41)).usage).toMatchObject({ completionTokens: 11 });
  });

  it('reads once, at the first question', () => {
    const meter = measure('stream', 'data: {}\n\n');
    const { usage } = meter;
    meter.push(Buffer.from('data: {}\n\n'));
    expect(meter.usage).toBe(usage);
  });
});
