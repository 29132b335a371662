import fc from 'fast-check';
import { refuseRepeatedKeys, scanJson } from '../../../runtime/providers/json-bounds';

const scan = (text: string): number => scanJson(Buffer.from(text));

describe('scanJson', () => {
  it.each([
    ['{}', 0],
    ['', 0],
    ['[]', 0],
    ['[{"a":1}]', 0],
    ['{"a":1}', 1],
    [' { "a" : { "b" : 1, "c" : [ { "d" : 2 } ] } , "e" : ":" } ', 2],
    ['{"a\\":":1,"b\\\\":2}', 2],
    ['{"a":1,"a":2}', 2],
    // No JSON at all: whatever comes out, the parser says so.
    ['}}}{"a":1', 0],
    ['{"a":"', 1],
  ])('counts the members of %s: %i', (text, members) => {
    expect(scan(text)).toBe(members);
  });

  it.each([
    [256, '['],
    [256, '{"a":'],
  ])('takes %i times %s', (depth, opening) => {
    expect(() => scan(opening.repeat(depth))).not.toThrow();
  });

  it.each([
    [257, '['],
    [257, '{"a":'],
    [5_000_000, '['],
  ])('rejects %i times %s', (depth, opening) => {
    expect(() => scan(opening.repeat(depth))).toThrow('the body must be nested at most 256 deep');
  });

  it('takes brackets in strings for text', () => {
    expect(scan(JSON.stringify({ a: '['.repeat(1000), [`\\"${'{'.repeat(1000)}`]: 1 }))).toBe(2);
  });

  it('counts as many members as there are keys in whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), (json) => {
        expect(scan(JSON.stringify(json))).toBe(Object.keys(json).length);
      }),
    );
  });
});

describe('refuseRepeatedKeys', () => {
  const refuse = (text: string): void => {
    const bytes = Buffer.from(text);
    refuseRepeatedKeys(bytes, scanJson(bytes), Object.keys(JSON.parse(text) as object));
  };

  it.each([
    '{}',
    '{"a":1,"b":{"a":1,"a":2}}',
    '{"a":"\\"a\\":","b":":"}',
    '{"__proto__":1,"constructor":2}',
    '{"1":1,"01":2}',
  ])('takes %s', (text) => {
    expect(() => refuse(text)).not.toThrow();
  });

  it.each([
    ['{"model":"a","model":"b"}', 'model'],
    ['{"model":"a","mod\\u0065l":"b"}', 'model'],
    ['{"b":{"x":1},"a":1,"b":2}', 'b'],
    ['{"":1,"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    [`{"${'k'.repeat(99)}":1,"${'k'.repeat(99)}":2}`, 'k'.repeat(64)],
  ])('rejects %s', (text, key) => {
    expect(() => refuse(text)).toThrow(`${key} must be given once`);
  });

  it('rejects whatever object repeats one of its keys', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 }),
        fc.nat(),
        (json, pick) => {
          const keys = Object.keys(json);
          const again = JSON.stringify(keys[pick % keys.length]);
          const text = JSON.stringify(json);
          expect(() => refuse(`${text.slice(0, -1)},${again}:null}`)).toThrow('must be given once');
        },
      ),
    );
  });
});
