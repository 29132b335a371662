import type { z } from 'zod';
import type { Problem } from '../errors';
import { renderPath, type ConfigMap, type ConfigPath } from './config-tree';
import { describeValueAt } from './describe-value';
import type { RuleWords } from './setting-schemas';

type Issue = z.core.$ZodIssue;

/** zod's findings as problems; what was found is read from the file as written, so no secret comes from elsewhere. */
export function describeSchemaIssues(
  issues: readonly Issue[],
  written: ConfigMap,
): readonly Problem[] {
  return issues.map((issue) => {
    const path = pathOf(issue);
    return { path: renderPath(path), got: describeValueAt(written, path), ...wordsOf(issue) };
  });
}

function pathOf(issue: Issue): ConfigPath {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function wordsOf(issue: Issue): RuleWords {
  if (issue.code === 'custom') {
    const { rule, allowed, fix } = issue.params ?? {};
    return { rule: String(rule), allowed: String(allowed), fix: String(fix) };
  }
  const expected = issue.code === 'invalid_type' ? issue.expected : issue.code;
  return SHAPES[expected] ?? ONE_VALUE;
}

const ONE_VALUE: RuleWords = {
  rule: 'config.type',
  allowed: 'be one value',
  fix: 'write text, a number, or true or false',
};

const MAP: RuleWords = {
  rule: 'config.type',
  allowed: 'be a map of settings',
  fix: 'write its settings as "key: value", indented below it',
};

const PAIR: RuleWords = {
  rule: 'config.type',
  allowed: 'be a host and a port',
  fix: 'write [sentinel-1, 26379]',
};

const SHAPES: Readonly<Record<string, RuleWords>> = {
  object: MAP,
  record: MAP,
  array: { rule: 'config.type', allowed: 'be a list', fix: 'start each item with "- "' },
  tuple: PAIR,
  too_small: PAIR,
  too_big: PAIR,
};
