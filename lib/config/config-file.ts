import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { SpecError, type Problem } from '../errors';
import { isList, isMap, ownValue, sectionOf, type ConfigMap } from './config-tree';
import { decodeText } from './decode-text';
import { selectPrices } from './price-list';
import { parseYaml } from './parse-yaml';
import { withoutKeys } from './rewrite';

/**
 * The text of a configuration file with everything it includes: LiteLLM's `include` appends lists and replaces anything
 * else; a price file takes its place as a list. A file with neither is returned as it is, so that line numbers stay right.
 */
export function loadConfigText(path: string): string {
  const text = readText(path, { from: null });
  const tree = parseText(text, path);
  const merged =
    ownValue(tree, 'include') === undefined ? tree : mergeIncludes(tree, [resolve(path)]);
  const priced = mergePriceFile(merged, path);
  return priced === tree ? text : stringify(priced, { lineWidth: 0 });
}

/** The prices of `general_settings.price_file` beneath those of `price_list`, which is all that is mounted elsewhere. */
function mergePriceFile(tree: ConfigMap, path: string): ConfigMap {
  const general = sectionOf(tree, 'general_settings');
  const name = ownValue(general, 'price_file');
  if (name === undefined || name === null) return tree;
  if (typeof name !== 'string') throw new SpecError(path, [PRICE_FILE_PROBLEM]);
  const file = resolve(dirname(path), name);
  const text = readText(file, { from: `general_settings.price_file of ${path}` });
  const listed = selectPrices(parseJson(text) ?? parseText(text, file));
  const own = sectionOf(general, 'price_list');
  return {
    ...tree,
    general_settings: {
      ...withoutKeys(general, ['price_file']),
      price_list: { ...listed, ...own },
    },
  };
}

/** `chain`: absolute paths from the main file to the one that `tree` is of. */
function mergeIncludes(tree: ConfigMap, chain: readonly string[]): ConfigMap {
  const file = chain.at(-1) ?? '';
  return includesOf(tree, file).reduce<ConfigMap>(
    (merged, name) => {
      const path = resolve(dirname(file), name);
      if (chain.includes(path)) throw new SpecError(file, [cycleProblem(name)]);
      const included = mergeIncludes(
        parseText(readText(path, { from: `include of ${file}` }), path),
        [...chain, path],
      );
      return mergeTrees(merged, included);
    },
    withoutKeys(tree, ['include']),
  );
}

function includesOf(tree: ConfigMap, file: string): readonly string[] {
  const include = ownValue(tree, 'include') ?? [];
  const names = isList(include) ? include.filter((name) => typeof name === 'string') : [];
  if (isList(include) && names.length === include.length) return names;
  throw new SpecError(file, [
    {
      rule: 'config.include',
      path: 'include',
      allowed: 'be a list of file names',
      got: isList(include) ? 'a list of something else' : 'something else',
      fix: 'write [models.yaml]',
    },
  ]);
}

function mergeTrees(main: ConfigMap, included: ConfigMap): ConfigMap {
  const merged = Object.entries(included).map(([key, value]) => {
    const own = ownValue(main, key);
    return [key, isList(own) && isList(value) ? [...own, ...value] : value] as const;
  });
  return { ...main, ...Object.fromEntries(merged) };
}

function parseText(text: string, path: string): ConfigMap {
  const { tree, problems } = parseYaml(text);
  if (problems.length > 0) throw new SpecError(path, problems);
  return tree;
}

/** `from`: where the path is written; null: it was given by hand. */
function readText(path: string, origin: { readonly from: string | null }): string {
  const decoded = decodeText(readBytes(path, origin));
  if (decoded.kind === 'text') return decoded.text;
  throw new SpecError(path, [decoded.problem]);
}

function readBytes(path: string, { from }: { readonly from: string | null }): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an unreadable file';
    const fix = from === null ? 'check the path' : `check ${from}`;
    const problem: Problem = {
      rule: 'config.file',
      path: 'the file',
      allowed: 'be readable',
      got: code,
      fix,
    };
    throw new SpecError(path, [problem]);
  }
}

/** LiteLLM's map of models is a megabyte of JSON, which a parser of YAML takes seconds for. Null: it is none. */
function parseJson(text: string): ConfigMap | null {
  try {
    const json: unknown = JSON.parse(text);
    return isMap(json) ? json : null;
  } catch {
    return null;
  }
}

const PRICE_FILE_PROBLEM: Problem = {
  rule: 'config.price-file',
  path: 'general_settings.price_file',
  allowed: 'be the name of a file',
  got: 'something else',
  fix: 'write prices.json',
};

function cycleProblem(name: string): Problem {
  return {
    rule: 'config.include-cycle',
    path: 'include',
    allowed: 'not lead back to a file that includes this one',
    got: name,
    fix: 'remove it',
  };
}
