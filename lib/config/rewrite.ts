import type { Warning } from '../errors';
import type { ConfigMap } from './config-tree';

/** A file after one of its forms was replaced by the one LiteLLM documents. */
export interface Rewrite {
  readonly tree: ConfigMap;
  readonly warnings: readonly Warning[];
}

/** `section` of the file with other contents; left out where nothing is left in it. */
export function withSection(tree: ConfigMap, key: string, section: ConfigMap): ConfigMap {
  if (Object.keys(section).length > 0) return { ...tree, [key]: section };
  return withoutKeys(tree, [key]);
}

export function withoutKeys(map: ConfigMap, keys: readonly string[]): ConfigMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
