import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type CST,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Problem } from '../errors';
import { isMap as isTreeMap, type ConfigMap, type ConfigTree } from './config-tree';
import { describeYamlFault, type YamlFault } from './yaml-faults';
import { PYYAML_SCALARS } from './yaml-scalars';

const DEEPEST = 100;

/** How often anchors may be followed: far more than a large file reuses its defaults, far less than a bomb needs. */
const MOST_ALIASES = 1000;

/** Nodes once every alias is written out. A thousand deployments have some twenty thousand. */
const MOST_NODES = 200_000;

/** A value takes a handful of lexemes with its key, colon, spaces and line end. More than this is never composed. */
const MOST_LEXEMES = 6 * MOST_NODES;

/** Keys that JavaScript reads as something other than data. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface ParsedYaml {
  /** Empty where there are problems. */
  readonly tree: ConfigMap;
  readonly problems: readonly Problem[];
}

/** Reads one YAML document of plain data: no tags that mean code, no bombs, no key twice. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const { tokens, tooDeepAt, size } = readTokens(text, lines);
  if (tooDeepAt !== null) return refuse([problemAt(lines, tooDeepAt, TOO_DEEP)]);
  if (size === 'too-large') return refuse([TOO_MANY_VALUES]);

  // Core schema: YAML 1.1 would turn an unquoted api_version 2024-06-01 into a date.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: true,
    resolveKnownTags: false,
    // Before the schema's own, or 0777 would be a decimal number.
    customTags: (tags) => [...PYYAML_SCALARS, ...tags],
    // Checked below: the parser compares each key with every other, which takes quadratic time.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [document, ...others] = [...composer.compose(tokens, true, text.length)];
  const second = others[0];
  if (second !== undefined) {
    return refuse([problemAt(lines, second.range[0], SECOND_DOCUMENT)]);
  }
  if (document === undefined) return refuse([NOT_A_MAP('nothing')]);

  // First of all: resolving an alias searches the document, so many of them take quadratic time.
  if (countAliases(document) > MOST_ALIASES) return refuse([ALIAS_BOMB]);
  const problems = [...faultsOf(document, lines), ...unsafeNodesOf(document, lines)];
  if (problems.length > 0) return refuse(problems);
  if (countNodes(document) > MOST_NODES) return refuse([ALIAS_BOMB]);
  return toTree(document);
}

const refuse = (problems: readonly Problem[]): ParsedYaml => ({ tree: {}, problems });

const TOO_DEEP: YamlFault = {
  rule: 'config.depth',
  allowed: `be at most ${DEEPEST} levels deep`,
  got: 'more',
  fix: 'flatten the file',
};

const SECOND_DOCUMENT: YamlFault = {
  rule: 'config.multi-document',
  allowed: 'belong to the one document of the file',
  got: 'the start of another document',
  fix: 'remove the line "---", or name the other file under include',
};

const ALIAS_BOMB: Problem = {
  rule: 'config.alias',
  path: 'the file',
  allowed: `hold at most ${MOST_NODES} values and follow at most ${MOST_ALIASES} aliases`,
  got: 'more once its aliases are written out',
  fix: 'write the values out, or use fewer anchors',
};

const TOO_MANY_VALUES: Problem = {
  rule: 'config.size',
  path: 'the file',
  allowed: `hold at most ${MOST_NODES} values`,
  got: 'more',
  fix: 'leave out what is no setting; a thousand deployments have some twenty thousand',
};

const NOT_A_MAP = (got: string): Problem => ({
  rule: 'config.type',
  path: 'the file',
  allowed: 'be a map of settings',
  got,
  fix: 'start with a section such as "model_list:"',
});

/** The depth is checked before composing, which recurses: a few kilobytes of brackets would exhaust the stack. */
function readTokens(
  text: string,
  lines: LineCounter,
): {
  readonly tokens: readonly CST.Token[];
  readonly tooDeepAt: number | null;
  readonly size: 'bearable' | 'too-large';
} {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let offset = 0;
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (depthOf(parser) > DEEPEST) return { tokens: [], tooDeepAt: offset, size: 'bearable' };
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) return { tokens: [], tooDeepAt: null, size: 'too-large' };
    offset = parser.offset;
  }
  tokens.push(...parser.end());
  return { tokens, tooDeepAt: null, size: 'bearable' };
}

/** The stack also holds the document, and the scalar being read. */
function depthOf(parser: Parser): number {
  return parser.stack.filter(({ type }) => COLLECTIONS.has(type)).length;
}

const COLLECTIONS: ReadonlySet<string> = new Set(['block-map', 'block-seq', 'flow-collection']);

function faultsOf(document: Document.Parsed, lines: LineCounter): readonly Problem[] {
  const syntax = document.errors.map((error) =>
    problemAt(lines, error.pos[0], describeYamlFault(error.code)),
  );
  const tags = document.warnings
    .filter((warning) => warning.code === 'TAG_RESOLVE_FAILED')
    .map((warning) => problemAt(lines, warning.pos[0], unsafeTag(warning.message)));
  return [...syntax, ...tags];
}

function unsafeTag(message: string): YamlFault {
  const tag = message.replace('Unresolved tag: ', '').replace('tag:yaml.org,2002:', '!!');
  return {
    rule: 'config.tag',
    allowed: 'be plain data',
    got: `the tag ${tag}`,
    fix: 'remove the tag and write the value itself',
  };
}

function unsafeNodesOf(document: Document.Parsed, lines: LineCounter): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map: (_, map) => {
      problems.push(...repeatedKeysOf(map, lines));
    },
    Pair: (_, pair) => {
      const fault = keyFault(pair);
      if (fault !== null) problems.push(problemAt(lines, startOf(pair.key), fault));
    },
    Alias: (_, alias) => {
      const source = alias.resolve(document);
      if (source === undefined || includesOffset(source, startOf(alias))) {
        problems.push(problemAt(lines, startOf(alias), unusableAlias(source)));
      }
    },
  });
  return problems;
}

/** PyYAML takes the last of two in silence; whoever wrote both wants to know. A merge key may stand several times. */
function repeatedKeysOf(map: YAMLMap, lines: LineCounter): readonly Problem[] {
  const lineOf = new Map<string, number>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key) || key.value === '<<') return [];
    const name = String(key.value);
    const first = lineOf.get(name);
    if (first !== undefined) return [problemAt(lines, startOf(key), repeatedKey(name, first))];
    lineOf.set(name, lines.linePos(startOf(key)).line);
    return [];
  });
}

function repeatedKey(name: string, firstLine: number): YamlFault {
  return {
    rule: 'config.duplicate-key',
    allowed: 'be a key that is not in the map yet',
    got: `${JSON.stringify(name)} again, which line ${firstLine} has`,
    fix: 'keep one of the two',
  };
}

function keyFault(pair: Pair<unknown, unknown>): YamlFault | null {
  if (!isScalar(pair.key)) {
    const allowed = 'be a key of plain text';
    return { rule: 'config.key', allowed, got: 'another kind of key', fix: 'write the key out' };
  }
  const key = String(pair.key.value);
  if (!RESERVED_KEYS.has(key)) return null;
  return {
    rule: 'config.reserved-key',
    allowed: 'be a key that is not reserved',
    got: key,
    fix: 'remove it',
  };
}

function unusableAlias(source: Node | undefined): YamlFault {
  const got =
    source === undefined ? 'an alias without its anchor' : 'an alias inside its own anchor';
  return {
    rule: 'config.alias',
    allowed: 'refer to an anchor that stands above it',
    got,
    fix: 'write the value out',
  };
}

const startOf = (node: unknown): number => (node as { range?: [number] } | null)?.range?.[0] ?? 0;

function includesOffset(node: Node, offset: number): boolean {
  const range = node.range;
  return range !== null && range !== undefined && range[0] <= offset && offset < range[2];
}

function countAliases(document: Document.Parsed): number {
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases += 1;
    },
  });
  return aliases;
}

/** Nodes of the document with every alias written out; each anchor is counted once, so a bomb costs nothing here. */
function countNodes(document: Document.Parsed): number {
  const counted = new Map<Node, number>();
  const count = (node: unknown): number => {
    if (isAlias(node)) return count(node.resolve(document));
    if (!isMap(node) && !isSeq(node)) return 1;
    const known = counted.get(node);
    if (known !== undefined) return known;
    let sum = 1;
    for (const item of node.items) sum += isMap(node) ? countPair(item) : count(item);
    counted.set(node, sum);
    return sum;
  };
  const countPair = (pair: unknown): number => 1 + count((pair as Pair).value);
  return count(document.contents);
}

function toTree(document: Document.Parsed): ParsedYaml {
  let value: ConfigTree;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES }) as ConfigTree;
  } catch (error) {
    // The only throw left: the parser's own guard against alias bombs, and merge keys of something that is no map.
    return refuse([error instanceof ReferenceError ? ALIAS_BOMB : BAD_MERGE]);
  }
  if (isTreeMap(value)) return { tree: value, problems: [] };
  const got = value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return refuse([NOT_A_MAP(got)]);
}

const BAD_MERGE: Problem = {
  rule: 'config.alias',
  path: 'the file',
  allowed: 'merge only maps with "<<"',
  got: 'something else behind "<<"',
  fix: 'let "<<" refer to an anchored map',
};

function problemAt(lines: LineCounter, offset: number, fault: YamlFault): Problem {
  const { line, col } = lines.linePos(offset);
  return { ...fault, path: `line ${Math.max(line, 1)}, column ${Math.max(col, 1)}` };
}
