import { z } from 'zod';
import { byName } from './by-name';
import { isList, isMap, type ConfigPath, type ConfigTree } from './config-tree';
import { isReference, refuseSetting, type RuleWords } from './setting-schemas';

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
      const counts = Object.entries(policy).flatMap(([key, entry]) =>
        read({ value: entry, path: [key], words: COUNT_WORDS, accepts: isCount }, sink).map(
          (retries) => [key.replace(/Retries$/, ''), retries] as const,
        ),
      );
      return { retriesByException: byName(counts), retryAfterSecondsByStatus: byName([]) };
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

/** Alias → model name; LiteLLM also takes `{model, hidden}` for the name. */
export const aliasSetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, string>> => {
      const aliases = value as ConfigTree;
      if (!isMap(aliases)) return refuseSetting(sink, ALIASES_WORDS);
      return byName(
        Object.entries(aliases).flatMap(([alias, target]) => {
          const model = isMap(target) ? target['model'] : target;
          if (typeof model === 'string' && model !== '') return [[alias, model] as const];
          refuseSetting(sink, { ...ALIAS_WORDS, path: [alias] });
          return [];
        }),
      );
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
