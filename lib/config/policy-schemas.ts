import { z } from 'zod';
import { byName } from './by-name';
import { isList, isMap, type ConfigMap, type ConfigPath, type ConfigTree } from './config-tree';
import { isReference, readBoolean, refuseSetting, type RuleWords } from './setting-schemas';

type Sink = Parameters<typeof refuseSetting>[0];

export interface RetryPolicy {
  readonly retriesByException: Readonly<Record<string, number>>;
  readonly retryAfterSecondsByStatus: Readonly<Record<string, number>>;
}

/** LiteLLM's map of counts (`RateLimitErrorRetries: 3`) or the guide's list of waits (`status_code`, `retry_after`). */
export const retryPolicySetting = () =>
  z
    .unknown()
    .transform((value, sink): RetryPolicy => {
      const policy = value as ConfigTree;
      if (isList(policy)) {
        const waits = policy.flatMap((item, index) => readWait(item, index, sink));
        return { retriesByException: byName([]), retryAfterSecondsByStatus: byName(waits) };
      }
      if (!isMap(policy)) return refuseSetting(sink, POLICY_WORDS);
      const retriesByException = readCounts({ policy, path: [] }, sink);
      return { retriesByException, retryAfterSecondsByStatus: byName([]) };
    })
    .nullish();

/** Model name → its own map of counts. */
export const groupRetryPolicySetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, Readonly<Record<string, number>>>> => {
      const policies = value as ConfigTree;
      if (!isMap(policies)) return refuseSetting(sink, GROUP_POLICY_WORDS);
      return byName(
        Object.entries(policies).flatMap(([model, policy]) => {
          if (isMap(policy)) return [[model, readCounts({ policy, path: [model] }, sink)] as const];
          refuseSetting(sink, { ...POLICY_WORDS, path: [model] });
          return [];
        }),
      );
    })
    .nullish();

/** LiteLLM's map of failures allowed by kind (`RateLimitErrorAllowedFails: 3`). */
export const allowedFailsPolicySetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, number>> => {
      const policy = value as ConfigTree;
      if (!isMap(policy)) return refuseSetting(sink, ALLOWED_FAILS_WORDS);
      return byName(
        Object.entries(policy).flatMap(([key, entry]) =>
          // Null is LiteLLM's way to leave a kind out.
          entry === null
            ? []
            : read({ value: entry, path: [key], words: FAILS_WORDS, accepts: isCount }, sink).map(
                (fails) => [key.replace(/AllowedFails$/, ''), fails] as const,
              ),
        ),
      );
    })
    .nullish();

/** Status → seconds: what the guide's list becomes. */
export const statusWaitsSetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, number>> => {
      const waits = value as ConfigTree;
      if (!isMap(waits)) return refuseSetting(sink, WAITS_WORDS);
      return byName(
        Object.entries(waits).flatMap(([status, wait]) => {
          if (!isStatus(Number(status))) {
            refuseSetting(sink, { ...STATUS_WORDS, path: [status] });
            return [];
          }
          return read(
            { value: wait, path: [status], words: WAIT_WORDS, accepts: isWait },
            sink,
          ).map((seconds) => [status, seconds] as const);
        }),
      );
    })
    .nullish();

export interface Aliases {
  /** Alias → model name. */
  readonly targets: Readonly<Record<string, string>>;
  /** Aliases that the list of models leaves out. */
  readonly hidden: readonly string[];
}

/** Alias → model name; LiteLLM also takes `{model, hidden}` for the name. */
export const aliasSetting = () =>
  z
    .unknown()
    .transform((value, sink): Aliases => {
      const aliases = value as ConfigTree;
      if (!isMap(aliases)) return refuseSetting(sink, ALIASES_WORDS);
      const entries = Object.entries(aliases).flatMap(([alias, target]) => {
        const model = isMap(target) ? target['model'] : target;
        const hidden = isMap(target) ? readBoolean(target['hidden'] ?? false) : false;
        if (typeof model === 'string' && model !== '' && hidden !== null) {
          return [{ alias, model, hidden }];
        }
        refuseSetting(sink, { ...ALIAS_WORDS, path: [alias] });
        return [];
      });
      return {
        targets: byName(entries.map(({ alias, model }) => [alias, model] as const)),
        hidden: entries.filter(({ hidden }) => hidden).map(({ alias }) => alias),
      };
    })
    .nullish();

function readWait(
  item: ConfigTree,
  index: number,
  sink: Sink,
): readonly (readonly [string, number])[] {
  if (!isMap(item)) {
    refuseSetting(sink, { ...POLICY_WORDS, path: [index] });
    return [];
  }
  const statuses = read(
    {
      value: item['status_code'] ?? null,
      path: [index, 'status_code'],
      words: STATUS_WORDS,
      accepts: isStatus,
    },
    sink,
  );
  const waits = read(
    {
      value: item['retry_after'] ?? null,
      path: [index, 'retry_after'],
      words: WAIT_WORDS,
      accepts: isWait,
    },
    sink,
  );
  return statuses.flatMap((status) => waits.map((wait) => [String(status), wait] as const));
}

interface CountsToRead {
  readonly policy: ConfigMap;
  readonly path: ConfigPath;
}

function readCounts({ policy, path }: CountsToRead, sink: Sink): Readonly<Record<string, number>> {
  return byName(
    Object.entries(policy).flatMap(([key, value]) =>
      // Null is LiteLLM's way to leave a kind out.
      value === null
        ? []
        : read({ value, path: [...path, key], words: COUNT_WORDS, accepts: isCount }, sink).map(
            (retries) => [key.replace(/Retries$/, ''), retries] as const,
          ),
    ),
  );
}

interface NumberToRead {
  readonly value: ConfigTree;
  readonly path: ConfigPath;
  readonly words: RuleWords;
  readonly accepts: (number: number) => boolean;
}

/** One number, or none for a reference that nobody resolved. */
function read({ value, path, words, accepts }: NumberToRead, sink: Sink): readonly number[] {
  if (isReference(value)) return [];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && accepts(number)) return [number];
  refuseSetting(sink, { ...words, path });
  return [];
}

const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;
const isWait = (number: number): boolean => Number.isFinite(number) && number >= 0;
const isStatus = (number: number): boolean =>
  Number.isInteger(number) && number >= 400 && number <= 599;

const COUNT_WORDS: RuleWords = {
  rule: 'config.number',
  allowed: 'be a whole number of at least 0',
  fix: 'write a number of retries such as 3',
};

const FAILS_WORDS: RuleWords = {
  rule: 'config.number',
  allowed: 'be a whole number of at least 0',
  fix: 'write a number of failures such as 3',
};

const ALLOWED_FAILS_WORDS: RuleWords = {
  rule: 'config.type',
  allowed: 'be a map of allowed failures by kind of failure',
  fix: 'write {RateLimitErrorAllowedFails: 3}',
};

const WAIT_WORDS: RuleWords = {
  rule: 'config.number',
  allowed: 'be a number of at least 0',
  fix: 'write seconds to wait such as 60',
};

const STATUS_WORDS: RuleWords = {
  rule: 'config.number',
  allowed: 'be an HTTP status from 400 to 599',
  fix: 'write a status such as 429',
};

const POLICY_WORDS: RuleWords = {
  rule: 'config.retry-policy.form',
  allowed: 'be a map of retries by kind of failure',
  fix: 'write {RateLimitErrorRetries: 3}',
};

const GROUP_POLICY_WORDS: RuleWords = {
  rule: 'config.retry-policy.form',
  allowed: 'be a map of model name to a map of retries by kind of failure',
  fix: 'write {gpt-4o: {RateLimitErrorRetries: 3}}',
};

const WAITS_WORDS: RuleWords = {
  rule: 'config.type',
  allowed: 'be a map of seconds by HTTP status',
  fix: 'write {429: 60}',
};

const ALIASES_WORDS: RuleWords = {
  rule: 'config.type',
  allowed: 'be a map of alias to model name',
  fix: 'write {gpt-4: gpt-4o}',
};

const ALIAS_WORDS: RuleWords = {
  rule: 'config.type',
  allowed: 'name a model',
  fix: 'write the name, or {model: gpt-4o, hidden: true}',
};
