import type { Problem, Warning } from '../../errors';
import {
  isList,
  ownValue,
  renderPath,
  sectionOf,
  type ConfigMap,
  type ConfigTree,
} from '../config-tree';
import { describeValueAt } from '../describe-value';
import { closestKey } from './closest-key';
import { findSettings, type FoundSetting } from './find-settings';
import type { GuardFate } from './setting';
import { GUARD_NAMES, SECTIONS_BY_KEY, SETTING_NAMES, SETTINGS } from './table';

export interface Judgement {
  /** Guards that are not done and that nobody accepts to go without. */
  readonly problems: readonly Problem[];
  /** Whatever else has no effect. */
  readonly warnings: readonly Warning[];
  /** Guards that the file accepts in writing to go without. */
  readonly acceptedWithout: readonly string[];
}

/** Says of every key of the file that has no effect here that it has none. */
export function judgeSettings(tree: ConfigMap): Judgement {
  const found = findSettings(tree, SETTINGS);
  const accepted = readAccepted(tree);
  const guards = found.flatMap((setting) =>
    setting.fate !== 'unknown' && setting.fate.kind === 'guard' && !isInert(setting, setting.fate)
      ? [{ ...setting, fate: setting.fate }]
      : [],
  );
  return {
    problems: [
      ...guards
        .filter(({ key }) => !accepted.includes(key))
        .map((setting) => refuseGuard(setting, tree)),
      ...problemsOfAccepted(tree),
    ],
    warnings: [
      ...guards.filter(({ key }) => accepted.includes(key)).map(warnOfAccepted),
      ...found.flatMap((setting) =>
        [...warnOfUnknown(setting), ...warnOfIgnored(setting)].slice(0, 1),
      ),
      ...warningsOfAccepted(
        tree,
        guards.map(({ key }) => key),
      ),
    ],
    acceptedWithout: [...new Set(accepted)],
  };
}

const GUARD_RULES = {
  access: 'config.guard.access',
  money: 'config.guard.money',
  content: 'config.guard.content',
} as const;

type FoundGuard = Omit<FoundSetting, 'fate'> & { readonly fate: GuardFate };

function isInert(
  { value, path }: FoundSetting,
  { inert }: { readonly inert: readonly ConfigTree[] },
): boolean {
  // A name in a list is a choice by itself.
  if (typeof path.at(-1) === 'number') return false;
  return inert.some((candidate) => JSON.stringify(candidate) === JSON.stringify(value));
}

function refuseGuard({ path, key, fate }: FoundGuard, tree: ConfigMap): Problem {
  return {
    rule: GUARD_RULES[fate.guards],
    path: renderPath(path),
    allowed: `be left to something else: this gateway does not do it, and LiteLLM would ${fate.effect}`,
    got: describeValueAt(tree, path),
    fix: `remove it and ${fate.instead}, or accept to go without by litellm_ha_settings: {accept_without: [${key}]}`,
  };
}

function warnOfAccepted({ path, fate }: FoundGuard): Warning {
  return {
    rule: 'config.accepted-without',
    path: renderPath(path),
    message: `accepted to go without; LiteLLM would ${fate.effect}`,
  };
}

function warnOfIgnored(setting: FoundSetting): readonly Warning[] {
  const { fate, path } = setting;
  if (fate === 'unknown') return [];
  if (fate.kind === 'ignored' && !isInert(setting, fate)) {
    const message = `has no effect here; LiteLLM would ${fate.effect}`;
    return [{ rule: 'config.no-effect', path: renderPath(path), message }];
  }
  if (fate.kind === 'elsewhere' && !isInert(setting, fate)) {
    const message = `has no effect here; ${fate.instead}`;
    return [{ rule: 'config.elsewhere', path: renderPath(path), message }];
  }
  return [];
}

/** A key that no row has; where other keys pass, only what looks like a typo is told. */
function warnOfUnknown({ path, key, fate, section }: FoundSetting): readonly Warning[] {
  const rows = section.settings.map((row) => row.key);
  if (rows.includes(key) || (fate !== 'unknown' && rows.length === 0)) return [];
  const likely = closestKey(key, rows);
  if (likely === null && fate !== 'unknown') return [];
  const home = SECTIONS_BY_KEY.get(key);
  const advice =
    likely !== null
      ? `did you mean ${likely}?`
      : home !== undefined
        ? `it belongs under ${home}`
        : 'it has no effect';
  return [{ rule: 'config.unknown-key', path: renderPath(path), message: `not known; ${advice}` }];
}

const ACCEPTED_PATH = ['litellm_ha_settings', 'accept_without'] as const;

function acceptedTree(tree: ConfigMap): ConfigTree {
  return ownValue(sectionOf(tree, ACCEPTED_PATH[0]), ACCEPTED_PATH[1]) ?? [];
}

function readAccepted(tree: ConfigMap): readonly string[] {
  const list = acceptedTree(tree);
  return isList(list)
    ? list.filter((name) => typeof name === 'string' && GUARD_NAMES.has(name)).map(String)
    : [];
}

function problemsOfAccepted(tree: ConfigMap): readonly Problem[] {
  const list = acceptedTree(tree);
  if (!isList(list)) {
    return [
      {
        rule: 'config.type',
        path: renderPath(ACCEPTED_PATH),
        allowed: 'be a list of settings',
        got: describeValueAt(tree, ACCEPTED_PATH),
        fix: 'write [guardrails]',
      },
    ];
  }
  return list.flatMap((name, index) => {
    if (typeof name === 'string' && SETTING_NAMES.has(name)) return [];
    const path = [...ACCEPTED_PATH, index];
    const likely = typeof name === 'string' ? closestKey(name, [...GUARD_NAMES]) : null;
    return [
      {
        rule: 'config.accept-without',
        path: renderPath(path),
        allowed: 'name a setting that protects something and that this gateway does not do',
        got: describeValueAt(tree, path),
        fix: likely === null ? 'remove it' : `write ${likely}`,
      },
    ];
  });
}

/** A protection that a later version gives needs no acceptance any more, and must not stop the upgrade. */
function warningsOfAccepted(tree: ConfigMap, needed: readonly string[]): readonly Warning[] {
  const list = acceptedTree(tree);
  if (!isList(list)) return [];
  return list.flatMap((name, index) =>
    typeof name !== 'string' || !SETTING_NAMES.has(name) || needed.includes(name)
      ? []
      : [
          {
            rule: 'config.accept-without.needless',
            path: renderPath([...ACCEPTED_PATH, index]),
            message: `nothing in the file needs it; remove ${name}`,
          },
        ],
  );
}
