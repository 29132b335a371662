import type { Problem } from '../errors';
import {
  isList,
  isMap,
  leavesOf,
  ownValue,
  renderPath,
  sectionOf,
  type ConfigMap,
  type ConfigPath,
  type ConfigTree,
} from './config-tree';

const PREFIX = 'os.environ/';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolvedTree {
  /** References that nobody resolves stay, which the schema accepts anywhere, so that each is told once. */
  readonly tree: ConfigMap;
  readonly unset: readonly UnsetReference[];
}

/** An `os.environ/NAME` that the environment does not have. */
export interface UnsetReference {
  readonly name: string;
  readonly path: ConfigPath;
}

/** `OPENAI_API_KEY` of `os.environ/OPENAI_API_KEY`; null where the text is no reference. */
export function referenceName(text: string): string | null {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length).trim() : null;
}

/**
 * Replaces every `os.environ/NAME` by what NAME holds, in lists too. The file's own `environment_variables` stand
 * beneath the environment.
 */
export function resolveReferences(tree: ConfigMap, environment: Environment): ResolvedTree {
  const defined = sectionOf(tree, 'environment_variables');
  const unset: UnsetReference[] = [];

  const lookUp = (name: string, asked: readonly string[]): string | null => {
    const outer = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (outer !== undefined) return outer;
    const own = ownValue(defined, name);
    if (own === undefined || own === null || typeof own === 'object') return null;
    const next = referenceName(String(own));
    if (next === null) return String(own);
    return asked.includes(next) ? null : lookUp(next, [...asked, next]);
  };

  const resolveText = (text: string, path: ConfigPath): string => {
    const name = referenceName(text);
    if (name === null) return text;
    const value = lookUp(name, [name]);
    // A deployment with an empty key or address is one without it.
    if (value !== null && (value !== '' || !isOfDeployment(path))) return value;
    unset.push({ name, path });
    return text;
  };

  const resolveTree = (value: ConfigTree, path: ConfigPath): ConfigTree => {
    if (typeof value === 'string') return resolveText(value, path);
    if (isList(value)) return value.map((item, index) => resolveTree(item, [...path, index]));
    return isMap(value) ? resolveMap(value, path) : value;
  };

  const resolveMap = (map: ConfigMap, path: ConfigPath): ConfigMap =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => [key, resolveTree(value, [...path, key])]),
    );

  return { tree: resolveMap(tree, []), unset };
}

/** Whether the value belongs to a deployment, which is skipped without it, and not to the gateway. */
export function isOfDeployment(path: ConfigPath): boolean {
  return (
    path[0] === 'model_list' ||
    path[0] === 'credential_list' ||
    path[1] === 'default_litellm_params'
  );
}

export function describeUnset({ name, path }: UnsetReference): Problem {
  const where = renderPath(path);
  return name === ''
    ? {
        rule: 'config.environment',
        path: where,
        allowed: 'name an environment variable',
        got: 'os.environ/ with no name behind it',
        fix: 'write os.environ/NAME',
      }
    : {
        rule: 'config.environment',
        path: where,
        allowed: 'name an environment variable that is set',
        got: `os.environ/${name}, which is not`,
        fix: `set ${name} in the environment, or remove ${where}`,
      };
}

/**
 * The variables the environment has to bring, sorted. A variable that the file's `environment_variables` define is not
 * among them, unless its definition refers to itself.
 */
export function requiredEnvironmentOf(tree: ConfigMap): readonly string[] {
  const defined = sectionOf(tree, 'environment_variables');
  const names = leavesOf(tree).flatMap(({ value }) => {
    const name = typeof value === 'string' ? referenceName(value) : null;
    return name === null || name === '' ? [] : [name];
  });
  const isDefined = (name: string): boolean => {
    const own = ownValue(defined, name);
    return own !== undefined && own !== null && own !== `${PREFIX}${name}`;
  };
  return [...new Set(names)].filter((name) => !isDefined(name)).sort();
}
