import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { plainFailure } from '../providers/classify-failure';
import { reduceAttempt, reduceDecision, startCallState } from '../routing/call-state';
import type { CallState } from '../routing/call-state';
import { decide, planFallbacks, resolveRetries } from '../routing/decide';
import type { DecisionContext } from '../routing/decide';
import type { Failure } from '../routing/failure';
import { planLimits } from '../routing/plan-limits';
import { resolveKnownModel, resolveProviderModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import { selectAwake, selectDeployment } from '../routing/select-deployment';
import { Attempt } from './attempt';
import type { AttemptResult } from './attempt';
import type { Call } from './call';
import type { Fleet, Target } from './fleet';

/** What a call went through, for headers, metrics and the log. */
export interface CallTrail {
  /** The deployment that answered or failed last. */
  readonly target: Target | null;
  readonly group: string;
  readonly retries: number;
  /** Retries that were allowed; 0 where none was made. */
  readonly mostRetries: number;
  readonly fallbacks: number;
  /** Time spent waiting for providers. Unit: milliseconds. */
  readonly upstreamMs: number;
}

export type Answer = { readonly trail: CallTrail } & AttemptResult;

/** Stands for whatever may go wrong where a question depends on no particular failure. */
const NOWHERE = plainFailure('no_deployments', 429, 'no deployment was asked');
const ANYTHING = plainFailure('provider_internal', 500, 'any failure');

/** Runs the attempts of a call until one answers or nothing is left to try. What comes next is `decide`'s to say. */
export class Dispatcher {
  constructor(
    private readonly fleet: Fleet,
    private readonly router: RouterConfig,
    private readonly ports: Ports,
  ) {}

  async dispatch(call: Call, model: KnownModel): Promise<Answer> {
    const { clock } = this.ports;
    let state = startCallState(model.group);
    let place: KnownModel | null = model;
    let upstreamMs = 0;
    for (;;) {
      const candidates = place?.deployments ?? [];
      const target = this.select(candidates, call, state);
      if (target !== null) state = reduceAttempt(state, target.config.id);
      const attemptedMs = clock.nowMs();
      const result = await this.attempt(call, target, place);
      upstreamMs += clock.nowMs() - attemptedMs;
      const trail = this.trail(call, state, { target, upstreamMs });
      if (result.kind !== 'failed') return { trail, ...result };

      const { failure } = result;
      if (target !== null) this.fleet.recordFailure(target, failure);
      const context = this.decisionContext(call, { state, candidates, target });
      const decision = decide(
        { kind: 'failed', failure, when: 'before-first-byte' },
        state,
        context,
      );
      state = reduceDecision(state, decision, failure);
      switch (decision.kind) {
        case 'retry':
          await this.wait(call, decision.afterMs);
          break;
        case 'fallback':
          place = resolveKnownModel(decision.group, this.fleet.table);
          break;
        case 'answer':
        case 'fail':
          return { kind: 'failed', trail, failure: state.originalFailure ?? failure };
      }
      if (call.cancellation.reason !== null) return { kind: 'cancelled', trail };
    }
  }

  private select(
    candidates: readonly DeploymentConfig[],
    call: Call,
    state: CallState,
  ): Target | null {
    const context = {
      nowMs: this.ports.clock.nowMs(),
      random: this.ports.random.next(),
      health: this.fleet.health,
      tried: state.tried,
    };
    let selection = selectDeployment(candidates, { ...context, whenAllRest: 'pass' });
    // Asked second, because it matters only to a group that rests as a whole.
    if (selection.kind === 'none' && !this.hasFallback(call, state)) {
      selection = selectDeployment(candidates, { ...context, whenAllRest: 'try-one' });
    }
    if (selection.kind === 'none') return null;
    return this.fleet.targets.get(selection.deployment.id) ?? null;
  }

  private hasFallback({ body }: Call, state: CallState): boolean {
    const fallbacks = planFallbacks(NOWHERE, state, {
      router: this.router,
      requestedFallbacks: body.fallbacks,
      fallbacks: body.fallbackUse,
    });
    return fallbacks.length > 0;
  }

  private async attempt(
    call: Call,
    target: Target | null,
    place: KnownModel | null,
  ): Promise<AttemptResult> {
    if (target === null) return { kind: 'failed', failure: this.noDeployments(place) };
    const { config, speaker } = target;
    const wildcard = place?.wildcard ?? null;
    const attempt = new Attempt(this.ports.upstream, this.ports.clock, {
      delivery: call.body.delivery,
      request: speaker.toUpstream(call.body, resolveProviderModel(config, wildcard)),
      limits: planLimits({
        delivery: call.body.delivery,
        deployment: config,
        router: this.router,
        requestedTimeoutSeconds: call.requestedTimeoutSeconds,
        remainingMs: Math.max(1, call.deadlineMs - this.ports.clock.nowMs()),
      }),
      secrets: speaker.secrets,
    });
    call.cancellation.listen(() => attempt.cancel());
    const result = await attempt.result;
    call.cancellation.listen(null);
    if (attempt.firstByteAfterMs !== null) {
      target.metrics.timeToFirstToken.observe(attempt.firstByteAfterMs / 1000);
    }
    if (result.kind === 'complete') this.fleet.recordSuccess(target);
    return result;
  }

  private wait(call: Call, delayMs: number): Promise<void> {
    if (delayMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.ports.clock.after(delayMs, () => {
        call.cancellation.listen(null);
        resolve();
      });
      call.cancellation.listen(() => {
        cancel();
        resolve();
      });
    });
  }

  /** LiteLLM's 429 with the time until the first deployment is back. */
  private noDeployments(place: KnownModel | null): Failure {
    const nowMs = this.ports.clock.nowMs();
    const ends = (place?.deployments ?? []).map(
      ({ id }) => this.fleet.health.get(id)?.restUntilMs ?? nowMs,
    );
    const waitMs = Math.max(1000, Math.min(...ends, Infinity) - nowMs);
    const retryAfterMs = Number.isFinite(waitMs) ? waitMs : this.router.cooldownSeconds * 1000;
    return {
      kind: 'no_deployments',
      status: 429,
      message: `No deployments available for selected model, try again in ${Math.ceil(retryAfterMs / 1000)} seconds`,
      retryAfterMs,
    };
  }

  private decisionContext(
    call: Call,
    at: {
      readonly state: CallState;
      readonly candidates: readonly DeploymentConfig[];
      readonly target: Target | null;
    },
  ): DecisionContext {
    const nowMs = this.ports.clock.nowMs();
    const awake = selectAwake(at.candidates, { health: this.fleet.health, nowMs });
    return {
      nowMs,
      deadlineMs: call.deadlineMs,
      random: this.ports.random.next(),
      router: this.router,
      awake: awake.length,
      untried: awake.filter(({ id }) => !at.state.tried.includes(id)).length,
      deploymentRetries: at.target?.config.retries ?? null,
      requestedRetries: call.requestedRetries,
      requestedFallbacks: call.body.fallbacks,
      fallbacks: call.body.fallbackUse,
    };
  }

  private trail(
    call: Call,
    state: CallState,
    spent: Pick<CallTrail, 'target' | 'upstreamMs'>,
  ): CallTrail {
    return {
      ...spent,
      group: state.group,
      retries: state.retries,
      mostRetries: state.retries === 0 ? 0 : this.mostRetries(call, spent.target),
      fallbacks: state.fallbacks,
    };
  }

  private mostRetries(call: Call, target: Target | null): number {
    return resolveRetries(ANYTHING, {
      router: this.router,
      deploymentRetries: target?.config.retries ?? null,
      requestedRetries: call.requestedRetries,
    });
  }
}
