import { z } from 'zod';
import type { ConfigTree } from './config-tree';
import { readFallbacks } from './fallback-forms';
import { byName } from './by-name';
import { referenceName } from './references';

/** What an error message says of a broken rule; zod carries it from the check to `schema-problems.ts`. */
export interface RuleWords {
  readonly rule: string;
  readonly allowed: string;
  readonly fix: string;
}

interface Refusal extends RuleWords {
  readonly path?: readonly (string | number)[];
}

interface IssueSink {
  addIssue(issue: {
    readonly code: 'custom';
    readonly input: unknown;
    readonly message: string;
    readonly path: (string | number)[];
    readonly params: Readonly<Record<string, unknown>>;
  }): void;
}

/** Records a refusal; the value returned only satisfies zod, which drops it, and is never looked at. */
export function refuseSetting(sink: IssueSink, { path = [], ...words }: Refusal): never {
  sink.addIssue({
    code: 'custom',
    input: undefined,
    message: words.allowed,
    path: [...path],
    params: { ...words },
  });
  return z.NEVER;
}

export const isReference = (value: unknown): boolean =>
  typeof value === 'string' && referenceName(value) !== null;

export interface NumberRange {
  readonly of: 'whole' | 'any';
  readonly least: number;
  readonly most?: number;
  readonly example: number;
}

/**
 * A number, or a text that reads as one, as values from the environment do. A reference that nobody resolved is null: the
 * default holds until the environment is known.
 */
export const numberSetting = (range: NumberRange) =>
  z
    .unknown()
    .transform((value, sink): number | null => {
      if (isReference(value)) return null;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !isWithin(number, range)) {
        return refuseSetting(sink, numberWords(range));
      }
      return number;
    })
    .nullish();

function isWithin(number: number, { of, least, most }: NumberRange): boolean {
  if (!Number.isFinite(number) || number < least) return false;
  return (most === undefined || number <= most) && (of === 'any' || Number.isSafeInteger(number));
}

function numberWords({ of, least, most, example }: NumberRange): RuleWords {
  const kind = of === 'whole' ? 'a whole number' : 'a number';
  const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  return {
    rule: 'config.number',
    allowed: `be ${kind} ${range}`,
    fix: `write a number such as ${example}`,
  };
}

/** YAML 1.1, which LiteLLM reads, also spells booleans yes and on; the environment has only text. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
]);

export function readBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return BOOLEANS.get(String(value).toLowerCase()) ?? null;
}

export const booleanSetting = () =>
  z
    .unknown()
    .transform((value, sink): boolean | null => {
      if (isReference(value)) return null;
      return readBoolean(value) ?? refuseSetting(sink, BOOLEAN_WORDS);
    })
    .nullish();

/** For what decides the form of the file: it has to be known before any environment is. */
export const literalBooleanSetting = () =>
  z
    .unknown()
    .transform((value, sink) => readBoolean(value) ?? refuseSetting(sink, BOOLEAN_WORDS))
    .nullish();

const BOOLEAN_WORDS: RuleWords = {
  rule: 'config.type',
  allowed: 'be true or false',
  fix: 'write true or false',
};

/** Text; a number is text too, as in `api_version: 2024`. */
export const textSetting = () => z.unknown().transform(readText).nullish();

/** `redis://user:password@host:6379`. */
export const redisUrlSetting = () =>
  z
    .unknown()
    .transform((value, sink): string => {
      const isUrl = typeof value === 'string' && /^rediss?:/.test(value) && URL.canParse(value);
      if (typeof value === 'string' && (isUrl || isReference(value))) return value;
      return refuseSetting(sink, {
        rule: 'config.cache.url',
        allowed: 'be the URL of a Redis server',
        fix: 'write redis://host:6379, or rediss:// for TLS',
      });
    })
    .nullish();

/** Text that must be there. */
export const requiredTextSetting = (example: string) =>
  z.unknown().transform((value, sink): string => {
    if (value !== undefined && value !== null && value !== '') return readText(value, sink);
    return refuseSetting(sink, {
      rule: 'config.required',
      allowed: 'be given',
      fix: `write a name such as ${example}`,
    });
  });

function readText(value: unknown, sink: IssueSink): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return refuseSetting(sink, {
    rule: 'config.type',
    allowed: 'be text',
    fix: 'write one value, in quotes if it looks like something else',
  });
}

export const nameListSetting = () =>
  z
    .unknown()
    .transform((value, sink): readonly string[] => {
      if (!Array.isArray(value)) {
        const words = { rule: 'config.type', allowed: 'be a list of names', fix: 'write [name]' };
        return refuseSetting(sink, words);
      }
      return value.map((item, index) =>
        typeof item === 'string' || typeof item === 'number'
          ? String(item)
          : refuseSetting(sink, {
              rule: 'config.type',
              path: [index],
              allowed: 'be a name',
              fix: 'write one name',
            }),
      );
    })
    .nullish();

export const choiceSetting = <T extends string>(choices: readonly T[]) =>
  z
    .unknown()
    .transform((value, sink): T | null => {
      if (isReference(value)) return null;
      const choice = choices.find((candidate) => candidate === value);
      if (choice !== undefined) return choice;
      return refuseSetting(sink, {
        rule: 'config.choice',
        allowed: `be one of ${choices.join(', ')}`,
        fix: 'choose one of them',
      });
    })
    .nullish();

/** Fallbacks in any form; of two entries for one model the first counts, as in LiteLLM. */
export const fallbacksSetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, readonly string[]>> => {
      const { entries, faults } = readFallbacks(value as ConfigTree);
      for (const { path, allowed, fix } of faults) {
        refuseSetting(sink, { rule: 'config.fallbacks.form', path, allowed, fix });
      }
      return byName([...entries].reverse().map(({ model, targets }) => [model, targets] as const));
    })
    .nullish();
