import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { selectByAffinity } from './affinity';
import type { FilterContext, Refusal } from './filters/filter';
import { keepEligible, selectRefusal } from './filters/filters';
import { keepFree } from './filters/free-slots';
import { keepLowestOrder, keepUnspent } from './filters/order';
import { keepWeighted } from './filters/weights';
import { isCoolingDown, UNTRIED } from './health';
import type { Health } from './health';
import { keepRecovered, keepPassingChecks } from './recovery';
import { STRATEGIES } from './strategies/strategies';

/** While all of a group is being probed; the answer may come any moment. */
const PROBE_WAIT_MS = 1_000;

export interface SelectionContext extends FilterContext {
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly health: ReadonlyMap<string, Health>;
  /** Ids tried before in this call: chosen again only when nothing else is left. */
  readonly tried: readonly string[];
  /** Orders that have had their attempts in this call. */
  readonly spentOrders: readonly number[];
  /**
   * `pass`: leave the group when all of it is cooling down, because there is a fallback. `try-one`: a group is never ejected whole;
   * the deployment whose cooldown ends first is tried anyway.
   */
  readonly whenAllCoolDown: 'pass' | 'try-one';
}

export type Selection =
  | { readonly kind: 'chosen'; readonly deployment: DeploymentConfig }
  | { readonly kind: 'none'; readonly refusal: Refusal };

/** LiteLLM's pipeline: who is not cooling down, who may serve, who was not tried, the lowest order, and of those the strategy's. */
export function selectDeployment(
  all: readonly DeploymentConfig[],
  context: SelectionContext,
): Selection {
  const group = keepUnspent(all, context.spentOrders);
  const open = selectOpen(group, context);
  if (open.length === 0) {
    // Who may serve is asked of the whole group first: a cooldown passes, a tag that fits nobody does not.
    const refusal = selectRefusal(group, context);
    if (group.length > 0 && refusal !== null) return { kind: 'none', refusal };
    return selectFromCoolingDown(keepEligible(group, context), context);
  }
  const untried = open.filter(({ id }) => !context.tried.includes(id));
  const fresh = untried.length > 0 ? untried : open;
  const recovered = keepRecovered(fresh, context);
  if (recovered.length === 0 && context.whenAllCoolDown === 'pass') {
    return { kind: 'none', refusal: { reason: 'resting', waitMs: PROBE_WAIT_MS } };
  }
  const ordered = keepLowestOrder(recovered.length > 0 ? recovered : fresh);
  const deployment = choose(ordered, context);
  return deployment === null
    ? { kind: 'none', refusal: { reason: 'resting', waitMs: 0 } }
    : { kind: 'chosen', deployment };
}

/** Those that are not cooling down and may serve the request. */
export function selectOpen(
  group: readonly DeploymentConfig[],
  context: FilterContext & Pick<SelectionContext, 'health'>,
): readonly DeploymentConfig[] {
  return keepPassingChecks(keepEligible(selectAwake(group, context), context), context);
}

export function selectAwake(
  group: readonly DeploymentConfig[],
  { health, nowMs }: Pick<SelectionContext, 'health' | 'nowMs'>,
): readonly DeploymentConfig[] {
  return group.filter(({ id }) => !isCoolingDown(health.get(id) ?? UNTRIED, nowMs));
}

function choose(
  candidates: readonly DeploymentConfig[],
  context: SelectionContext,
): DeploymentConfig | null {
  const { router, traits, loads } = context;
  const wanted = keepWeighted(candidates);
  // Who is held to a deployment waits for it rather than losing what it has in its caches.
  if (traits.stickyKey !== null) return selectByAffinity(wanted, traits.stickyKey);
  return STRATEGIES[router.strategy](keepFree(wanted, router, loads), {
    nowMs: context.nowMs,
    wallMs: context.wallMs,
    random: context.random,
    loads,
    delivery: traits.delivery,
    latency: router.latency,
  });
}

/** Asking a rate-limited provider again before its time only lengthens the limit, so those are never forced. */
function selectFromCoolingDown(
  group: readonly DeploymentConfig[],
  context: SelectionContext,
): Selection {
  const byEnd = group
    .map((deployment) => ({ deployment, health: context.health.get(deployment.id) ?? UNTRIED }))
    .sort((a, b) => a.health.coolingUntilMs - b.health.coolingUntilMs);
  const forced = byEnd.find(({ health }) => health.cooldownReason !== 'rate-limit');
  if (context.whenAllCoolDown === 'try-one' && forced !== undefined) {
    return { kind: 'chosen', deployment: forced.deployment };
  }
  const first = byEnd[0];
  const waitMs = first === undefined ? 0 : first.health.coolingUntilMs - context.nowMs;
  return { kind: 'none', refusal: { reason: 'resting', waitMs } };
}
