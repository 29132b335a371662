import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { SpecError, type Problem } from '../errors';
import { isList, ownValue, type ConfigMap } from './config-tree';
import { decodeText } from './decode-text';
import { parseYaml } from './parse-yaml';
import { withoutKeys } from './rewrite';

/**
 * The text of a configuration file with everything it includes: LiteLLM's `include` appends lists and replaces anything
 * else. A file without `include` is returned as it is, so that line numbers stay right.
 */
export function loadConfigText(path: string): string {
  const text = readText(path, []);
  const tree = parseText(text, path);
  if (ownValue(tree, 'include') === undefined) return text;
  return stringify(mergeIncludes(tree, [resolve(path)]), { lineWidth: 0 });
}

/** `chain`: absolute paths from the main file to the one that `tree` is of. */
function mergeIncludes(tree: ConfigMap, chain: readonly string[]): ConfigMap {
  const file = chain.at(-1) ?? '';
  return includesOf(tree, file).reduce<ConfigMap>(
    (merged, name) => {
      const path = resolve(dirname(file), name);
      if (chain.includes(path)) throw new SpecError(file, [cycleProblem(name)]);
      const included = mergeIncludes(parseText(readText(path, chain), path), [...chain, path]);
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

function readText(path: string, includedBy: readonly string[]): string {
  const decoded = decodeText(readBytes(path, includedBy));
  if (decoded.kind === 'text') return decoded.text;
  throw new SpecError(path, [decoded.problem]);
}

function readBytes(path: string, includedBy: readonly string[]): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an unreadable file';
    const fix =
      includedBy.length === 0 ? 'check the path' : `check include of ${includedBy.at(-1)}`;
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

function cycleProblem(name: string): Problem {
  return {
    rule: 'config.include-cycle',
    path: 'include',
    allowed: 'not lead back to a file that includes this one',
    got: name,
    fix: 'remove it',
  };
}
