import { createHash } from 'node:crypto';
import type { Warning } from '../errors';
import { isList, isMap, type ConfigMap, type ConfigTree } from './config-tree';

/**
 * Hash of a deployment's name and parameters with references unresolved: the same on each replica and in each region, and
 * unmoved by the rotation of a key.
 */
export function hashDeployment(modelName: string, params: ConfigMap): string {
  return createHash('sha256')
    .update(JSON.stringify([modelName, sortKeys(params)]))
    .digest('hex');
}

function sortKeys(tree: ConfigTree): ConfigTree {
  if (isList(tree)) return tree.map(sortKeys);
  if (!isMap(tree)) return tree;
  const keys = Object.keys(tree).sort();
  return keys.map((key) => [key, sortKeys(tree[key] ?? null)]);
}

export interface Identified {
  readonly id: string;
  /** Index in `model_list`. */
  readonly index: number;
}

/** Gives each its own id. LiteLLM lets equal entries share one, and with it one cooldown and one set of counters. */
export function distinguishIds<T extends Identified>(
  items: readonly T[],
): { readonly items: readonly T[]; readonly warnings: readonly Warning[] } {
  const taken = new Map<string, number>();
  const warnings: Warning[] = [];
  const distinct = items.map((item) => {
    const first = taken.get(item.id);
    if (first === undefined) {
      taken.set(item.id, item.index);
      return item;
    }
    let suffix = 2;
    while (taken.has(`${item.id}-${suffix}`)) suffix += 1;
    const id = `${item.id}-${suffix}`;
    taken.set(id, item.index);
    if (first !== item.index) warnings.push(sharedId(item.index, first));
    return { ...item, id };
  });
  return { items: distinct, warnings };
}

function sharedId(index: number, first: number): Warning {
  return {
    rule: 'config.duplicate-deployment',
    path: `model_list[${index}]`,
    message: `the same deployment as model_list[${first}], LiteLLM would let both share one cooldown; remove one, or give each its own model_info.id`,
  };
}
