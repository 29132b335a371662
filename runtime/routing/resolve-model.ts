import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { RoutingTable } from './routing-table';

/** What a model name stands for: deployments that share the load of the name. */
export interface KnownModel {
  readonly kind: 'known';
  /** The name asked for, which fallbacks go by; an alias and an id stand for the model behind them. */
  readonly model: string;
  /** The name that metrics go by: behind a wildcard clients could invent any number of others. */
  readonly group: string;
  /** May be empty: the name is configured, but none of its providers is supported. */
  readonly deployments: readonly DeploymentConfig[];
  /** What the star of a wildcard stands for. */
  readonly wildcard: string | null;
}

export type Resolution = KnownModel | { readonly kind: 'unknown' };

/**
 * Alias, exact id, group, longest wildcard, `*`, raw LiteLLM model, first default fallback: the first that fits.
 * Unlike LiteLLM's proxy, which refuses an unknown name before its own default fallbacks are asked.
 */
export function resolveModel(name: string, table: RoutingTable): Resolution {
  return resolveKnownModel(name, table) ?? resolveDefault(table) ?? { kind: 'unknown' };
}

/** The same without default fallbacks: what a fallback's own name is looked up with. */
export function resolveKnownModel(asked: string, table: RoutingTable): KnownModel | null {
  const { groups, byId, byLitellmModel, wildcards, aliases } = table;
  const name = aliases.get(asked) ?? asked;
  const deployment = byId.get(name);
  // Asking for a deployment by its id means that one and no other.
  if (deployment !== undefined)
    return known(deployment.modelName, deployment.modelName, [deployment]);
  const group = groups.get(name);
  if (group !== undefined) return known(name, name, group);
  for (const { pattern, matches } of wildcards) {
    if (pattern === '*') continue;
    const match = matches.exec(name);
    if (match !== null)
      return { ...known(name, pattern, groups.get(pattern) ?? []), wildcard: match[1] ?? '' };
  }
  const everything = groups.get('*');
  if (everything !== undefined) return { ...known(name, '*', everything), wildcard: name };
  const speaking = byLitellmModel.get(name);
  return speaking === undefined ? null : known(name, name, speaking);
}

function known(model: string, group: string, deployments: readonly DeploymentConfig[]): KnownModel {
  return { kind: 'known', model, group, deployments, wildcard: null };
}

function resolveDefault(table: RoutingTable): KnownModel | null {
  const first = table.defaultFallbacks[0];
  return first === undefined ? null : resolveKnownModel(first, table);
}

/** `openai/*` with `gpt-4o` in place of the star. */
export function resolveProviderModel(
  deployment: DeploymentConfig,
  wildcard: string | null,
): string {
  return wildcard === null
    ? deployment.providerModel
    : deployment.providerModel.replace('*', () => wildcard);
}
