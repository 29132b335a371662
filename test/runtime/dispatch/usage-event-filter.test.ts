import fc from 'fast-check';
import { UsageEventFilter } from '../../../runtime/dispatch/usage-event-filter';

const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}';

/** Passes text through, cut behind lines at the given places. */
function filter(text: string, cuts: readonly number[] = []): string {
  const filtering = new UsageEventFilter();
  const ends = cuts.filter((at) => at < text.length && /[\r\n]/.test(text[at - 1] ?? ''));
  const bounds = [0, ...[...new Set(ends)].sort((a, b) => a - b), text.length];
  return bounds
    .slice(1)
    .map((end, index) => filtering.select(Buffer.from(text.slice(bounds[index], end))).toString())
    .join('');
}

describe('UsageEventFilter', () => {
  it.each(['\n', '\r\n', '\r'])(
    'takes out the event and its line ends, with lines that end in %j',
    (end) => {
      const before = `data: {"choices":[{"delta":{"content":"a"}}],"usage":null}${end}${end}`;
      const behind = `data: [DONE]${end}${end}`;
      const all = `${before}${USAGE}${end}${end}${behind}`;
      fc.assert(
        fc.property(fc.array(fc.nat(all.length)), (cuts) => {
          expect(filter(all, cuts)).toBe(before + behind);
        }),
      );
    },
  );

  it.each([
    ['the last piece of the answer', 'data: {"choices":[{}],"usage":{"completion_tokens":3}}\n\n'],
    ['text of the model', 'data: {"choices":[],"x":"\\"completion_tokens\\""}\n\n'],
    ['what is no JSON', 'data: "completion_tokens"}\n\n'],
    ['a comment', ': "completion_tokens"\n\n'],
    ['empty lines', '\n\n\n'],
  ])('leaves %s as it is', (_name, text) => {
    expect(filter(`${text}${text}`)).toBe(`${text}${text}`);
  });
});
