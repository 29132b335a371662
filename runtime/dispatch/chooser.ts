import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { plainFailure } from '../providers/classify-failure';
import type { CallState } from '../routing/call-state';
import { planFallbacks, resolveRetries } from '../routing/decide';
import type { OpenDeployment } from '../routing/decide';
import type { Failure } from '../routing/failure';
import type { FilterContext, Refusal } from '../routing/filters/filter';
import { selectOrder } from '../routing/filters/order';
import { hasContentPolicyFallbacks } from '../routing/select-fallbacks';
import { selectDeployment, selectOpen } from '../routing/select-deployment';
import type { Call } from './call';
import type { Fleet, Target } from './fleet';
import type { Position } from './position';

/** Stands for whatever may go wrong where a question depends on no particular failure. */
const NOWHERE = plainFailure('no_deployments', 429, 'no deployment was asked');
const ANYTHING = plainFailure('provider_internal', 500, 'any failure');
/** What an answer counts as that the provider's filter has cut off. */
export const FILTERED = plainFailure(
  'provider_content_policy',
  400,
  "the provider's content filter cut the answer off",
);
/** Until the next place of a retry budget, at the latest. */
const NO_PLACE: Refusal = { reason: 'resting', waitMs: 1_000 };

export type Choice =
  | { readonly kind: 'chosen'; readonly target: Target }
  | {
      readonly kind: 'none';
      readonly refusal: Refusal;
      /** `no-place`: a deployment is available, but the retry budgets have no room for this call. */
      readonly because: 'refused' | 'no-place';
    };

/** Who could take the next attempt of a call. */
export interface Open {
  /** Those that are not cooling down and may serve the request. */
  readonly available: number;
  /** Those of them that have a place for the call. */
  readonly placed: readonly OpenDeployment[];
  /** Those without a place: they are passed over. */
  readonly placeless: readonly OpenDeployment[];
}

/** Puts the present state of the fleet before the pure rules of routing. */
export class Chooser {
  constructor(
    private readonly fleet: Fleet,
    private readonly router: RouterConfig,
    private readonly ports: Pick<Ports, 'clock' | 'random'>,
  ) {}

  /** The deployment for the next attempt. */
  select(at: Position): Choice {
    const { call, state } = at;
    const all = at.place?.deployments ?? [];
    if (all.length === 0) {
      return { kind: 'none', refusal: this.fleet.refusalOf(state.group), because: 'refused' };
    }
    // The first attempt of a call is nobody's extra, wherever it goes.
    const placed = state.attempts === 0 ? all : this.keepPlaced(all, state);
    if (placed.length < all.length && placed.length === 0) {
      return { kind: 'none', refusal: NO_PLACE, because: 'no-place' };
    }
    // Spreads stand last here: to add a member after a spread costs V8 a microsecond, before it nothing.
    const context = {
      random: this.ports.random.next(),
      health: this.fleet.health,
      tried: state.tried,
      spentOrders: state.spentOrders,
      ...this.filterContext(call),
    };
    const isWhole = placed.length === all.length && state.spentOrders.length === 0;
    let selection = selectDeployment(placed, { whenAllCoolDown: 'pass', ...context });
    // Asked second, because it matters only to a group that is cooling down as a whole. One that is merely without a place does not.
    if (
      selection.kind === 'none' &&
      !this.hasFallback(NOWHERE, call, state) &&
      (isWhole || selectOpen(all, context).length === 0)
    ) {
      selection = selectDeployment(placed, { whenAllCoolDown: 'try-one', ...context });
    }
    if (selection.kind === 'none') {
      return { kind: 'none', refusal: selection.refusal, because: 'refused' };
    }
    const target = this.fleet.targets.get(selection.deployment.id);
    if (target !== undefined) return { kind: 'chosen', target };
    return { kind: 'none', refusal: { reason: 'resting', waitMs: 0 }, because: 'refused' };
  }

  /** Who could take another attempt of the call in its present group. */
  selectOpen({ call, place, state }: Position): Open {
    const context = { health: this.fleet.health, ...this.filterContext(call) };
    const available = selectOpen(place?.deployments ?? [], context);
    const placed = this.keepPlaced(available, state);
    const describe = (deployment: DeploymentConfig): OpenDeployment => ({
      order: selectOrder(deployment),
      tried: state.tried.includes(deployment.id) ? 'yes' : 'no',
    });
    return {
      available: available.length,
      placed: placed.map(describe),
      placeless: available.filter((each) => !placed.includes(each)).map(describe),
    };
  }

  /** Those that were not asked yet: asking the same one twice would only add to its load. */
  selectUntried({ call, place, state }: Position): readonly DeploymentConfig[] {
    const context = { health: this.fleet.health, ...this.filterContext(call) };
    return selectOpen(place?.deployments ?? [], context).filter(
      ({ id }) => !state.tried.includes(id),
    );
  }

  /** Whether an attempt of the call there would need a place: a retry, or a probe of one that is known to be failing. */
  needsPlace({ config, budget }: Target, { attempts, tried }: CallState): boolean {
    return attempts > 0 && (budget.isFailing || tried.includes(config.id));
  }

  private keepPlaced(
    candidates: readonly DeploymentConfig[],
    state: CallState,
  ): readonly DeploymentConfig[] {
    const nowMs = this.ports.clock.nowMs();
    return candidates.filter(({ id }) => {
      const target = this.fleet.targets.get(id);
      if (target === undefined) return false;
      return !this.needsPlace(target, state) || target.budget.hasPlace(nowMs);
    });
  }

  /** Whether there is a fallback for answers that a provider's filter has cut off. */
  hasContentPolicyFallback({ body }: Call, state: CallState): boolean {
    return (
      body.fallbacks.length === 0 &&
      hasContentPolicyFallbacks(state, this.router) &&
      this.hasFallback(FILTERED, { body }, state)
    );
  }

  hasFallback(failure: Failure, { body }: Pick<Call, 'body'>, state: CallState): boolean {
    const fallbacks = planFallbacks(failure, state, {
      router: this.router,
      requestedFallbacks: body.fallbacks.map(({ model }) => model),
      fallbacks: body.fallbackUse,
    });
    return fallbacks.length > 0;
  }

  mostRetries(call: Call, { model, group }: CallState, target: Target | null): number {
    return resolveRetries(ANYTHING, {
      model,
      group,
      router: this.router,
      deploymentRetries: target?.config.retries ?? null,
      requestedRetries: call.requestedRetries,
    });
  }

  private filterContext({ body }: Call): FilterContext {
    const { loads, budgets } = this.fleet.ledger;
    const { traits } = body;
    const { clock } = this.ports;
    const router = this.router;
    return { nowMs: clock.nowMs(), wallMs: clock.wallMs(), router, traits, loads, budgets };
  }
}
