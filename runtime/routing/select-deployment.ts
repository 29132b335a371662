import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { isResting, UNTRIED } from './cooldown';
import type { Health } from './cooldown';

export interface SelectionContext {
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly health: ReadonlyMap<string, Health>;
  /** Ids tried before in this call: chosen again only when nothing else is left. */
  readonly tried: readonly string[];
  /**
   * `pass`: leave the group when all of it rests, because a fallback waits. `try-one`: a group is never ejected whole;
   * the deployment whose rest ends first is tried anyway.
   */
  readonly whenAllRest: 'pass' | 'try-one';
}

export type Selection =
  | { readonly kind: 'chosen'; readonly deployment: DeploymentConfig }
  /** All rest; the first is back after the wait. */
  | { readonly kind: 'none'; readonly waitMs: number };

export function selectDeployment(
  group: readonly DeploymentConfig[],
  context: SelectionContext,
): Selection {
  const awake = selectAwake(group, context);
  if (awake.length === 0) return selectFromResting(group, context);
  const fresh = awake.filter((deployment) => !context.tried.includes(deployment.id));
  const deployment = selectSimpleShuffle(
    keepLowestOrder(fresh.length > 0 ? fresh : awake),
    context.random,
  );
  return deployment === null ? { kind: 'none', waitMs: 0 } : { kind: 'chosen', deployment };
}

export function selectAwake(
  group: readonly DeploymentConfig[],
  { health, nowMs }: Pick<SelectionContext, 'health' | 'nowMs'>,
): readonly DeploymentConfig[] {
  return group.filter(({ id }) => !isResting(health.get(id) ?? UNTRIED, nowMs));
}

/** Asking a rate-limited provider again before its time only lengthens the limit, so those are never forced. */
function selectFromResting(
  group: readonly DeploymentConfig[],
  context: SelectionContext,
): Selection {
  const byEnd = group
    .map((deployment) => ({ deployment, health: context.health.get(deployment.id) ?? UNTRIED }))
    .sort((a, b) => a.health.restUntilMs - b.health.restUntilMs);
  const forced = byEnd.find(({ health }) => health.restReason !== 'rate-limit');
  if (context.whenAllRest === 'try-one' && forced !== undefined) {
    return { kind: 'chosen', deployment: forced.deployment };
  }
  const first = byEnd[0];
  return {
    kind: 'none',
    waitMs: first === undefined ? 0 : first.health.restUntilMs - context.nowMs,
  };
}

function keepLowestOrder(candidates: readonly DeploymentConfig[]): readonly DeploymentConfig[] {
  const lowest = candidates.reduce((low, { order }) => Math.min(low, order ?? Infinity), Infinity);
  if (lowest === Infinity) return candidates;
  return candidates.filter(({ order }) => order === lowest);
}

/**
 * LiteLLM's default strategy: weighted by `weight`, else `rpm`, else `tpm`. A key counts when any candidate has it;
 * candidates without it then weigh nothing. (LiteLLM itself asks only the first candidate, and divides by zero when all
 * weigh nothing; here they then share evenly.)
 */
export function selectSimpleShuffle(
  candidates: readonly DeploymentConfig[],
  random: number,
): DeploymentConfig | null {
  for (const key of ['weight', 'rpm', 'tpm'] as const) {
    if (candidates.some((candidate) => candidate[key] !== null)) {
      const total = candidates.reduce((sum, candidate) => sum + weigh(candidate[key]), 0);
      if (total <= 0) break;
      let mark = random * total;
      for (const candidate of candidates) {
        const weight = weigh(candidate[key]);
        if (weight > 0 && mark < weight) return candidate;
        mark -= weight;
      }
      // Rounding may leave the mark a hair beyond the last weight.
      return candidates.findLast((candidate) => weigh(candidate[key]) > 0) ?? null;
    }
  }
  return candidates[Math.floor(random * candidates.length)] ?? null;
}

function weigh(weight: number | null): number {
  return weight === null || !(weight > 0) ? 0 : weight;
}
