import fc from 'fast-check';
import { renderSpliced, selectTopLevelString } from '../../../runtime/providers/json-span';

function find(text: string): string | null {
  const bytes = Buffer.from(text);
  const span = selectTopLevelString(bytes, 'model');
  return span === null ? null : bytes.toString('utf8', span.start, span.end);
}

describe('selectTopLevelString', () => {
  it.each([
    ['{"model":"a"}', '"a"'],
    [' {\n "x": [1, {"model": "no"}], "model" :\t"a" }', '"a"'],
    ['{"x":"\\"model\\":\\"no\\"","model":"a"}', '"a"'],
    ['{"x":"ends in a backslash \\\\","model":"a"}', '"a"'],
    ['{"x":"model","model":"a"}', '"a"'],
    ['{"x":["model"],"model":"a\\"b"}', '"a\\"b"'],
    ['{"x":{"model":"no"}}', null],
    ['{"model":5}', null],
    ['{"mod\\u0065l":"a"}', null],
    ['{}', null],
  ])('finds the value in %s', (text, expected) => {
    expect(find(text)).toBe(expected);
  });

  it('finds what a parser finds, in any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (members, model) => {
        const { model: _other, ...rest } = members;
        const entries = Object.entries(rest);
        const half = Math.floor(entries.length / 2);
        const object = Object.fromEntries([
          ...entries.slice(0, half),
          ['model', model],
          ...entries.slice(half),
        ]);
        expect(find(JSON.stringify(object, null, 1))).toBe(JSON.stringify(model));
      }),
    );
  });
});

describe('renderSpliced', () => {
  it('changes the one value and no other byte', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (other, model) => {
        const object = { before: other, model: 'old', after: other };
        const bytes = Buffer.from(JSON.stringify(object));
        const span = selectTopLevelString(bytes, 'model');
        expect(span).not.toBeNull();
        const spliced = span === null ? bytes : renderSpliced(bytes, span, model);
        expect(spliced.toString()).toBe(JSON.stringify({ ...object, model }));
      }),
    );
  });
});
