import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import { wildcardExpression } from './wildcard';

interface WildcardGroup {
  readonly pattern: string;
  readonly matches: RegExp;
}

/** The configuration, indexed for look-ups by name. Built once at start. */
export interface RoutingTable {
  /** A group may be empty: its name is known, but none of its providers is supported. */
  readonly groups: ReadonlyMap<string, readonly DeploymentConfig[]>;
  readonly byId: ReadonlyMap<string, DeploymentConfig>;
  /** By the `model` of their parameters, for fallbacks and clients that name `azure/gpt-4o` directly. */
  readonly byLitellmModel: ReadonlyMap<string, readonly DeploymentConfig[]>;
  /** Longest pattern first; the bare `*` last. */
  readonly wildcards: readonly WildcardGroup[];
  readonly aliases: ReadonlyMap<string, string>;
  /** Aliases that answer, and that the list of models leaves out. */
  readonly hiddenAliases: ReadonlySet<string>;
  /** Model names by the access group that a key may name in place of them. */
  readonly accessGroups: ReadonlyMap<string, readonly string[]>;
  readonly defaultFallbacks: readonly string[];
}

export function createRoutingTable(
  deployments: readonly DeploymentConfig[],
  router: RouterConfig,
  groupNames: readonly string[] = [],
): RoutingTable {
  const groups = new Map<string, DeploymentConfig[]>(groupNames.map((name) => [name, []]));
  const byId = new Map<string, DeploymentConfig>();
  const byLitellmModel = new Map<string, DeploymentConfig[]>();
  for (const deployment of deployments) {
    append(groups, deployment.modelName, deployment);
    append(byLitellmModel, deployment.litellmModel, deployment);
    byId.set(deployment.id, deployment);
  }
  const wildcards = [...groups.keys()]
    .filter((name) => name.includes('*'))
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((pattern) => ({ pattern, matches: wildcardExpression(pattern) }));
  return {
    groups,
    byId,
    byLitellmModel,
    wildcards,
    aliases: new Map(Object.entries(router.modelGroupAlias)),
    hiddenAliases: new Set(router.hiddenAliases),
    accessGroups: indexAccessGroups(deployments),
    defaultFallbacks: router.defaultFallbacks,
  };
}

function indexAccessGroups(
  deployments: readonly DeploymentConfig[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Set<string>>();
  for (const { accessGroups, modelName } of deployments) {
    for (const group of accessGroups) {
      names.set(group, (names.get(group) ?? new Set()).add(modelName));
    }
  }
  return new Map([...names].map(([group, models]) => [group, [...models]]));
}

function append(
  lists: Map<string, DeploymentConfig[]>,
  name: string,
  deployment: DeploymentConfig,
): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [deployment]);
  else list.push(deployment);
}
