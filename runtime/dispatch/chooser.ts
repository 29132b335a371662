import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { plainFailure } from '../providers/classify-failure';
import type { CallState } from '../routing/call-state';
import { planFallbacks, resolveRetries } from '../routing/decide';
import type { Failure } from '../routing/failure';
import type { FilterContext, Refusal } from '../routing/filters/filter';
import { selectDeployment, selectOpen } from '../routing/select-deployment';
import type { Call } from './call';
import type { Fleet, Target } from './fleet';
import type { Position } from './position';

/** Stands for whatever may go wrong where a question depends on no particular failure. */
const NOWHERE = plainFailure('no_deployments', 429, 'no deployment was asked');
const ANYTHING = plainFailure('provider_internal', 500, 'any failure');

export type Choice =
  | { readonly kind: 'chosen'; readonly target: Target }
  | { readonly kind: 'none'; readonly refusal: Refusal };

/** Puts the present state of the fleet before the pure rules of routing. */
export class Chooser {
  constructor(
    private readonly fleet: Fleet,
    private readonly router: RouterConfig,
    private readonly ports: Pick<Ports, 'clock' | 'random'>,
  ) {}

  /** The deployment for the next attempt. */
  select({ call, state, place }: Position): Choice {
    const candidates = place?.deployments ?? [];
    if (candidates.length === 0) {
      return { kind: 'none', refusal: this.fleet.refusalOf(state.group) };
    }
    const { attemptsInGroup } = state;
    const last = attemptsInGroup > 0 && attemptsInGroup >= this.mostRetries(call, state, null);
    // Spreads stand last here: to add a member after a spread costs V8 a microsecond, before it nothing.
    const context = {
      random: this.ports.random.next(),
      health: this.fleet.health,
      tried: state.tried,
      attempt: last ? ('last' as const) : ('not-last' as const),
      ...this.filterContext(call),
    };
    let selection = selectDeployment(candidates, { whenAllRest: 'pass', ...context });
    // Asked second, because it matters only to a group that rests as a whole.
    if (selection.kind === 'none' && !this.hasFallback(NOWHERE, call, state)) {
      selection = selectDeployment(candidates, { whenAllRest: 'try-one', ...context });
    }
    if (selection.kind === 'none') return selection;
    const target = this.fleet.targets.get(selection.deployment.id);
    if (target !== undefined) return { kind: 'chosen', target };
    return { kind: 'none', refusal: { reason: 'resting', waitMs: 0 } };
  }

  /** Deployments that could take the call now. */
  selectAwake({ call, place }: Position): readonly DeploymentConfig[] {
    const context = { health: this.fleet.health, ...this.filterContext(call) };
    return selectOpen(place?.deployments ?? [], context);
  }

  hasFallback(failure: Failure, { body }: Call, state: CallState): boolean {
    const fallbacks = planFallbacks(failure, state, {
      router: this.router,
      requestedFallbacks: body.fallbacks.map(({ model }) => model),
      fallbacks: body.fallbackUse,
    });
    return fallbacks.length > 0;
  }

  mostRetries(call: Call, { group }: CallState, target: Target | null): number {
    return resolveRetries(ANYTHING, {
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
