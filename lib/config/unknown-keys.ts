import { distance } from 'fastest-levenshtein';
import type { Warning } from '../errors';
import {
  isList,
  isMap,
  ownValue,
  renderPath,
  sectionOf,
  type ConfigMap,
  type ConfigPath,
  type ConfigTree,
} from './config-tree';
import {
  ALLOWED_FAILS_POLICY_KEYS,
  CACHE_PARAM_KEYS,
  CONNECTION_PARAMS,
  GENERAL_KEYS,
  GUIDE_CACHE_KEYS,
  LITELLM_SETTINGS_KEYS,
  MODEL_ENTRY_KEYS,
  MODEL_INFO_KEYS,
  REQUEST_PARAMS,
  RETRY_POLICY_KEYS,
  ROUTER_KEYS,
  ROUTING_PARAMS,
  TOP_LEVEL_KEYS,
} from './known-keys';

/** Any further key of `litellm_params` is passed to the provider, so only what looks like a typo is told. */
type Openness = 'closed' | 'open';

interface Section {
  readonly path: ConfigPath;
  readonly value: ConfigTree | undefined;
  readonly known: readonly string[];
  readonly openness: Openness;
}

/** Settings that users look for in the wrong section. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  router_settings: ROUTER_KEYS,
  litellm_settings: LITELLM_SETTINGS_KEYS,
  general_settings: GENERAL_KEYS,
};

/** LiteLLM ignores a key it does not know without a word; a user wants to hear of it. */
export function findUnknownKeys(tree: ConfigMap): readonly Warning[] {
  return sectionsOf(tree).flatMap(({ path, value, known, openness }) => {
    if (!isMap(value)) return [];
    return Object.keys(value)
      .filter((key) => !known.includes(key))
      .flatMap((key) => warnOf({ path: [...path, key], key, known, openness }));
  });
}

function sectionsOf(tree: ConfigMap): readonly Section[] {
  const closed = (path: ConfigPath, value: ConfigTree | undefined, known: readonly string[]) =>
    ({ path, value, known, openness: 'closed' }) as const;
  const litellm = sectionOf(tree, 'litellm_settings');
  const router = sectionOf(tree, 'router_settings');
  const generalKeys = [...GENERAL_KEYS, ...GUIDE_CACHE_KEYS];
  return [
    closed([], tree, TOP_LEVEL_KEYS),
    closed(['general_settings'], ownValue(tree, 'general_settings'), generalKeys),
    closed(['litellm_settings'], litellm, LITELLM_SETTINGS_KEYS),
    closed(
      ['litellm_settings', 'cache_params'],
      ownValue(litellm, 'cache_params'),
      CACHE_PARAM_KEYS,
    ),
    closed(['router_settings'], router, ROUTER_KEYS),
    closed(
      ['router_settings', 'retry_policy'],
      ownValue(router, 'retry_policy'),
      RETRY_POLICY_KEYS,
    ),
    closed(
      ['router_settings', 'allowed_fails_policy'],
      ownValue(router, 'allowed_fails_policy'),
      ALLOWED_FAILS_POLICY_KEYS,
    ),
    ...entrySectionsOf(ownValue(tree, 'model_list')),
  ];
}

function entrySectionsOf(list: ConfigTree | undefined): readonly Section[] {
  if (!isList(list)) return [];
  const params = [...CONNECTION_PARAMS, ...ROUTING_PARAMS, ...REQUEST_PARAMS];
  return list.flatMap((entry, index): readonly Section[] => {
    if (!isMap(entry)) return [];
    const path = ['model_list', index];
    const part = (key: string, known: readonly string[]): Section => ({
      path: [...path, key],
      value: ownValue(entry, key),
      known,
      openness: 'open',
    });
    return [
      { path, value: entry, known: MODEL_ENTRY_KEYS, openness: 'closed' },
      part('litellm_params', params),
      part('model_info', MODEL_INFO_KEYS),
      {
        path: [...path, 'model_info', 'allowed_fails_policy'],
        value: ownValue(sectionOf(entry, 'model_info'), 'allowed_fails_policy'),
        known: ALLOWED_FAILS_POLICY_KEYS,
        openness: 'closed',
      },
    ];
  });
}

interface UnknownKey {
  readonly path: ConfigPath;
  readonly key: string;
  readonly known: readonly string[];
  readonly openness: Openness;
}

function warnOf({ path, key, known, openness }: UnknownKey): readonly Warning[] {
  const likely = closestKey(key, known);
  if (likely === null && openness === 'open') return [];
  const home = Object.entries(SECTIONS).find(([, keys]) => keys.includes(key))?.[0];
  const advice =
    likely !== null
      ? `did you mean ${likely}?`
      : home !== undefined
        ? `it belongs under ${home}`
        : 'it has no effect';
  return [{ rule: 'config.unknown-key', path: renderPath(path), message: `not known; ${advice}` }];
}

/** The known key that a typo meant; null where none is close. Short keys differ by two letters by chance. */
export function closestKey(key: string, known: readonly string[]): string | null {
  const most = key.length < 6 ? 1 : 2;
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(key, candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= most ? best.candidate : null;
}
