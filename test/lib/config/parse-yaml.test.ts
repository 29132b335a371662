import { describeProblem } from '../../../lib/errors';
import { parseYaml } from '../../../lib/config/parse-yaml';

const problemsOf = (text: string): readonly string[] =>
  parseYaml(text).problems.map(describeProblem);

const bomb = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => {
    const item = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
  }).join('\n');

describe('parseYaml', () => {
  it('reads maps, lists and scalars', () => {
    expect(parseYaml('a: [1, x, null, true, 1.5]\n').tree).toEqual({
      a: [1, 'x', null, true, 1.5],
    });
  });

  it('reads the unquoted booleans of YAML 1.1, which LiteLLM reads', () => {
    expect(parseYaml('a: yes\nb: Off\nc: "no"\n').tree).toEqual({ a: true, b: false, c: 'no' });
  });

  it.each([
    ['20_000', 20_000],
    ['-1_0', -10],
    ['1_000.5', 1000.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1.5e+3', 1500],
    ['0x1F', 31],
    ['0x1_F', 31],
    ['0o17', 15],
    ['0b1_1', 3],
    ['0777', 511],
    ['1:30', 90],
    ['1:00:00.5', 3600.5],
    ['09:30', '09:30'],
    ['099', 99],
    ['2024-06-01', '2024-06-01'],
    ['"20_000"', '20_000'],
    ['_1', '_1'],
    ['gpt_4', 'gpt_4'],
    ['1.2.3', '1.2.3'],
    ['y', 'y'],
    ['~', null],
  ])('reads %s as PyYAML does, or as the number that LiteLLM makes of it', (text, value) => {
    expect(parseYaml(`a: ${text}\n`).tree).toEqual({ a: value });
  });

  it('reads a text that still has its byte order mark', () => {
    expect(parseYaml('\ufeffa: 1\n').tree).toEqual({ a: 1 });
  });

  it('reads keys that are numbers by their text', () => {
    expect(parseYaml('429: 1\n').tree).toEqual({ '429': 1 });
  });

  it('follows aliases and merge keys', () => {
    const text = 'base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\n';
    expect(parseYaml(text).tree).toEqual({ base: { a: 1, b: 2 }, more: { a: 1, b: 3 } });
  });

  it('accepts an anchor that many entries share', () => {
    const entries = Array.from({ length: 500 }, () => '  - <<: *d').join('\n');
    expect(parseYaml(`d: &d {a: 1}\nlist:\n${entries}\n`).problems).toEqual([]);
  });

  it.each([
    [
      'an unsafe tag',
      'a: 1\nb: !!js/function "return 1"\n',
      'line 2, column 4 must be plain data, got the tag !!js/function; remove the tag and write the value itself',
    ],
    [
      'a Python tag',
      'a: !!python/object/apply:os.system ["id"]\n',
      'line 1, column 4 must be plain data, got the tag !!python/object/apply:os.system; remove the tag and write the value itself',
    ],
    [
      'a key given twice',
      'a: 1\nb: 2\na: 3\n',
      'line 3, column 1 must be a key that is not in the map yet, got "a" again, which line 1 has; keep one of the two',
    ],
    [
      'a reserved key',
      'a:\n  __proto__: {b: 1}\n',
      'line 2, column 3 must be a key that is not reserved, got __proto__; remove it',
    ],
    [
      'a second document',
      'a: 1\n---\nb: 1\n',
      'line 2, column 1 must belong to the one document of the file, got the start of another document; remove the line "---", or name the other file under include',
    ],
    [
      'a map inside a key, without quoting the line',
      'api_key: sk-12345: x\n',
      'line 1, column 10 must be valid YAML, got a map inside a key; put the value in quotes if it contains ": "',
    ],
    [
      'a tab as indentation',
      'a:\n\tb: 1\n',
      'line 2, column 1 must be valid YAML, got a tab as indentation; indent with spaces',
    ],
    [
      'an alias without its anchor',
      'a: *b\n',
      'line 1, column 4 must refer to an anchor that stands above it, got an alias without its anchor; write the value out',
    ],
    [
      'an alias inside its own anchor',
      'a: &a [*a]\n',
      'line 1, column 8 must refer to an anchor that stands above it, got an alias inside its own anchor; write the value out',
    ],
    [
      'a key that is no text',
      '[1]: 2\n',
      'line 1, column 1 must be a key of plain text, got another kind of key; write the key out',
    ],
    [
      'an empty file',
      '# nothing\n',
      'the file must be a map of settings, got nothing; start with a section such as "model_list:"',
    ],
    [
      'a list',
      '- 1\n',
      'the file must be a map of settings, got a list; start with a section such as "model_list:"',
    ],
    [
      'an alias bomb',
      bomb(9),
      'the file must hold at most 200000 values and follow at most 1000 aliases, got more once its aliases are written out; write the values out, or use fewer anchors',
    ],
    [
      'more aliases than any file needs, before following one',
      `a: &a {b: 1}\nl:\n${'  - *a\n'.repeat(20_000)}`,
      'the file must hold at most 200000 values and follow at most 1000 aliases, got more once its aliases are written out; write the values out, or use fewer anchors',
    ],
    [
      'a merge of something that is no map',
      '<<: 3\n',
      'the file must merge only maps with "<<", got something else behind "<<"; let "<<" refer to an anchored map',
    ],
    [
      'nesting deep enough to exhaust the stack',
      `a: ${'['.repeat(50_000)}`,
      'line 1, column 103 must be at most 100 levels deep, got more; flatten the file',
    ],
  ])('rejects %s', (_, text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });

  it('names each repeated key with both its lines, at every level', () => {
    expect(problemsOf('a: {b: 1, b: 2}\nc: 1\n"c": 2\n')).toEqual([
      'line 3, column 1 must be a key that is not in the map yet, got "c" again, which line 2 has; keep one of the two',
      'line 1, column 11 must be a key that is not in the map yet, got "b" again, which line 1 has; keep one of the two',
    ]);
  });

  it('rejects more values than any file has before it composes them', () => {
    expect(problemsOf(`a: [${'x,'.repeat(1_000_000)}]\n`)).toEqual([
      'the file must hold at most 200000 values, got more; leave out what is no setting; a thousand deployments have some twenty thousand',
    ]);
  });

  it('accepts a hundred levels and rejects one more', () => {
    const nested = (levels: number): string => `a: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;
    expect(problemsOf(nested(99))).toEqual([]);
    expect(problemsOf(nested(100))).toHaveLength(1);
  });
});
