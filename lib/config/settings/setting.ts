import type { ConfigMap, ConfigTree } from '../config-tree';

/** What a setting protects; ignoring it would leave somebody open who believes to be closed. */
export type Guarded = 'access' | 'money' | 'content';

/** What becomes of a setting of LiteLLM here. */
export type Fate = DoneFate | ElsewhereFate | HarmlessFate | IgnoredFate | GuardFate;

/** The typed configuration has it. */
export interface DoneFate {
  readonly kind: 'done';
  /** Paths into `GatewayConfig` that it decides: `router.retries`, `deployments[].weight`. */
  readonly fields: readonly string[];
  /** Two values that make two different configurations. Tests hold the row to its word with them. */
  readonly samples: readonly [ConfigTree, ConfigTree];
  /** What else has to stand in the file for the setting to matter. */
  readonly beside: ConfigMap;
}

/** Something else than the file does it. */
export interface ElsewhereFate {
  readonly kind: 'elsewhere';
  /** A clause in the imperative: `set PORT in the environment`. */
  readonly instead: string;
  readonly inert: readonly ConfigTree[];
}

/** Nobody can tell whether it is there. */
export interface HarmlessFate {
  readonly kind: 'harmless';
  readonly because: string;
}

/** It would have an effect with LiteLLM and has none here: told by name. */
export interface IgnoredFate {
  readonly kind: 'ignored';
  /** Completes "LiteLLM would …". */
  readonly effect: string;
  readonly inert: readonly ConfigTree[];
}

/** It would protect somebody with LiteLLM and does not here: refused. */
export interface GuardFate {
  readonly kind: 'guard';
  readonly guards: Guarded;
  /** Completes "LiteLLM would …". */
  readonly effect: string;
  /** Another way to the same protection; a clause in the imperative. */
  readonly instead: string;
  readonly inert: readonly ConfigTree[];
}

/** One row of a section: a key and its fate, or the section that its value is. */
export type Setting =
  | { readonly kind: 'plain'; readonly key: string; readonly fate: Fate }
  | ByValueSetting
  | NestedSetting;

/** A name, or a list of names, each with a fate of its own: `callbacks: [prometheus, lakera_prompt_injection]`. */
export interface ByValueSetting {
  readonly kind: 'by-value';
  readonly key: string;
  readonly fates: Readonly<Record<string, Fate>>;
  readonly otherwise: (value: string) => Fate;
}

/** A map of settings, a list of such maps, or one such map for each name. */
export interface NestedSetting {
  readonly kind: 'nested';
  readonly key: string;
  readonly shape: 'map' | 'list' | 'by-name';
  readonly section: Section;
}

export interface Section {
  readonly settings: readonly Setting[];
  /** What becomes of a key that is in no row. `unknown`: it has no effect with LiteLLM either. */
  readonly others: Fate | 'unknown';
}

/** Values that switch nothing on. */
const INERT: readonly ConfigTree[] = [null, false, '', [], {}];

/** What most rows leave out. */
interface Extras {
  /** Values besides the usual ones that switch nothing on. */
  readonly off?: readonly ConfigTree[];
  /** All values that switch nothing on, where the usual ones do. */
  readonly inert?: readonly ConfigTree[];
}

const inertOf = ({ off = [], inert }: Extras): readonly ConfigTree[] => inert ?? [...INERT, ...off];

/** One row for each of the keys, which share a fate. */
const rows = (keys: string, fate: Fate): readonly Setting[] =>
  keys
    .trim()
    .split(/\s+/)
    .map((key) => ({ kind: 'plain', key, fate }));

export function done(
  key: string,
  fields: string | readonly string[],
  ...[one, other, beside = {}]: readonly [ConfigTree, ConfigTree, ConfigMap?]
): readonly Setting[] {
  return rows(key, {
    kind: 'done',
    fields: typeof fields === 'string' ? [fields] : fields,
    samples: [one, other],
    beside,
  });
}

/** Names of LiteLLM's providers' parameters and the like: sent as they are, under the name they have in the file. */
export function doneAs(
  prefix: string,
  keys: string,
  samples: readonly [ConfigTree, ConfigTree],
): readonly Setting[] {
  return keys
    .trim()
    .split(/\s+/)
    .flatMap((key) => done(key, `${prefix}${key}`, ...samples));
}

export const elsewhere = (keys: string, instead: string, extras: Extras = {}): readonly Setting[] =>
  rows(keys, elsewhereFate(instead, extras));

export const harmless = (keys: string, because: string): readonly Setting[] =>
  rows(keys, harmlessFate(because));

export const ignored = (keys: string, effect: string, extras: Extras = {}): readonly Setting[] =>
  rows(keys, ignoredFate(effect, extras));

/** What a guard does with LiteLLM, and what does the same for this gateway. */
export interface GuardWords extends Extras {
  readonly effect: string;
  readonly instead: string;
}

export const guard = (guards: Guarded, keys: string, words: GuardWords): readonly Setting[] =>
  rows(keys, guardFate(guards, words));

export const elsewhereFate = (instead: string, extras: Extras = {}): Fate => ({
  kind: 'elsewhere',
  instead,
  inert: inertOf(extras),
});

export const harmlessFate = (because: string): Fate => ({ kind: 'harmless', because });

export const ignoredFate = (effect: string, extras: Extras = {}): Fate => ({
  kind: 'ignored',
  effect,
  inert: inertOf(extras),
});

export const guardFate = (guards: Guarded, { effect, instead, ...extras }: GuardWords): Fate => ({
  kind: 'guard',
  guards,
  effect,
  instead,
  inert: inertOf(extras),
});

export const nested = (
  key: string,
  shape: NestedSetting['shape'],
  section: Section,
): readonly Setting[] => [{ kind: 'nested', key, shape, section }];
