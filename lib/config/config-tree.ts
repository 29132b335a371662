/** What a YAML text says, as plain values: the form every step before the schema works on. */
export type ConfigTree = null | boolean | number | string | readonly ConfigTree[] | ConfigMap;

export interface ConfigMap {
  readonly [key: string]: ConfigTree;
}

export type ConfigPath = readonly (string | number)[];

export function isMap(tree: unknown): tree is ConfigMap {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

export function isList(tree: unknown): tree is readonly ConfigTree[] {
  return Array.isArray(tree);
}

/** The map under `key`, or an empty one: most sections of the file may be left out, or left blank. */
export function sectionOf(tree: ConfigMap, key: string): ConfigMap {
  const section = ownValue(tree, key);
  return isMap(section) ? section : {};
}

/** Keys come from the file, so `toString` must not find what every object inherits. */
export function ownValue(tree: ConfigMap, key: string): ConfigTree | undefined {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

export function valueAt(tree: ConfigTree, path: ConfigPath): ConfigTree | undefined {
  let value: ConfigTree | undefined = tree;
  for (const step of path) {
    if (typeof step === 'number') value = isList(value) ? value[step] : undefined;
    else value = isMap(value) ? ownValue(value, step) : undefined;
  }
  return value;
}

/** `model_list[2].litellm_params.api_key`; a key that would be misread is quoted: `fallbacks[0]["gpt-4.1"]`. */
export function renderPath(path: ConfigPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

export interface ConfigLeaf {
  readonly path: ConfigPath;
  readonly value: null | boolean | number | string;
}

/** Every scalar of the tree, in the order of the file. */
export function leavesOf(tree: ConfigTree, path: ConfigPath = []): readonly ConfigLeaf[] {
  if (isList(tree)) return tree.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isMap(tree)) {
    return Object.entries(tree).flatMap(([key, value]) => leavesOf(value, [...path, key]));
  }
  return [{ path, value: tree }];
}
