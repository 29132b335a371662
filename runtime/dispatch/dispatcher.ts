import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { isContentFiltered } from '../providers/check-answer';
import { plainFailure } from '../providers/classify-failure';
import { renderFallbackBody } from '../providers/client-body';
import { reduceAttempt, reduceDecision, startCallState } from '../routing/call-state';
import type { CallState } from '../routing/call-state';
import { decide } from '../routing/decide';
import type { DecisionContext, Outcome } from '../routing/decide';
import type { Decision } from '../routing/decision';
import { planLimits } from '../routing/plan-limits';
import { resolveKnownModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import { RetryMetrics } from '../telemetry/retry-metrics';
import type { AttemptResult } from './attempt';
import { AttemptRunner } from './attempt-runner';
import type { Call } from './call';
import { Chooser } from './chooser';
import { ExtraAttempts } from './extra-attempts';
import type { EndExtra } from './extra-attempts';
import type { Fleet, Target } from './fleet';
import { playScene, selectScene } from './play-drill';
import type { Position } from './position';
import { Race } from './race';

/** What a call went through, for headers, metrics and the log. */
export interface CallTrail {
  /** The deployment that answered or failed last. */
  readonly target: Target | null;
  /** Deployments that were asked, hedges aside; 0: nobody was, so nothing was used. */
  readonly attempts: number;
  readonly group: string;
  readonly retries: number;
  /** Retries that were allowed; 0 where none was made. */
  readonly mostRetries: number;
  readonly fallbacks: number;
  /** Time spent waiting for providers. Unit: milliseconds. */
  readonly upstreamMs: number;
  /**
   * When an answer was there: its first event, or all of one that is no stream. Null: no provider gave any. Unit:
   * milliseconds of the clock that only goes forward.
   */
  readonly answeredMs: number | null;
}

export type Answer = { readonly trail: CallTrail } & AttemptResult;

const FILTERED = plainFailure(
  'provider_content_policy',
  400,
  "the provider's content filter cut the answer off",
);

/** What became of the next attempt. */
interface Asked {
  readonly result: AttemptResult;
  /** Null: nobody was asked. */
  readonly target: Target | null;
  readonly state: CallState;
  readonly when: Extract<Outcome, { readonly kind: 'failed' }>['when'];
}

/** Runs the attempts of a call until one answers or nothing is left to try. What comes next is `decide`'s to say. */
export class Dispatcher {
  readonly metrics = new RetryMetrics();
  private readonly chooser: Chooser;
  private readonly runner: AttemptRunner;
  private readonly extras: ExtraAttempts;
  private readonly race: Race;

  constructor(
    private readonly fleet: Fleet,
    private readonly router: RouterConfig,
    private readonly ports: Ports,
  ) {
    const { clock } = ports;
    const { metrics } = this;
    this.chooser = new Chooser(fleet, router, ports);
    this.runner = new AttemptRunner(fleet, router, ports);
    this.extras = new ExtraAttempts(clock, () => fleet.health, metrics);
    const { chooser, runner, extras } = this;
    this.race = new Race({ fleet, router, clock, chooser, runner, extras, metrics });
  }

  async dispatch(call: Call, model: KnownModel): Promise<Answer> {
    const { clock } = this.ports;
    this.extras.recordRequest();
    let at: Position = { state: startCallState(model.group), place: model, call };
    let upstreamMs = 0;
    for (;;) {
      const askedMs = clock.nowMs();
      const asked = await this.ask(at);
      const nowMs = clock.nowMs();
      upstreamMs += nowMs - askedMs;
      const { target, result, when } = asked;
      const isAnswered = result.kind === 'complete' || result.kind === 'streaming';
      const answeredMs = isAnswered ? nowMs : null;
      const trail = this.trail(call, asked.state, { target, upstreamMs, answeredMs });
      if (result.kind !== 'failed') return { trail, ...result };

      const { failure } = result;
      const { state } = asked;
      const context = this.decisionContext(call, { ...at, state, target });
      const decision = this.decide({ kind: 'failed', failure, when }, state, context);
      at = { ...at, state: reduceDecision(state, decision, failure) };
      switch (decision.kind) {
        case 'retry':
          await this.wait(call, decision.afterMs);
          break;
        case 'fallback':
          at = this.enter(call, at.state);
          break;
        case 'answer':
        case 'fail':
          return { kind: 'failed', trail, failure: at.state.originalFailure ?? failure };
      }
      if (call.cancellation.reason !== null) return { kind: 'cancelled', trail };
    }
  }

  /** What `decide` says, within the budget that all calls share; a fallback that has no place in it is none. */
  private decide(outcome: Outcome, state: CallState, context: DecisionContext): Decision {
    const decision = decide(outcome, state, context);
    if (context.retryBudget === 'spent') {
      const wished = decide(outcome, state, { ...context, retryBudget: 'left' });
      if (wished.kind === 'retry') this.metrics.recordRefusal('retry');
    }
    // The first attempt of a call is nobody's extra, wherever it goes.
    if (decision.kind !== 'fallback' || state.attempts === 0) return decision;
    const deployments = resolveKnownModel(decision.group, this.fleet.table)?.deployments ?? [];
    if (deployments.length === 0 || this.extras.selectBudget(deployments) === 'left') {
      return decision;
    }
    this.metrics.recordRefusal('fallback');
    return { kind: 'fail' };
  }

  private enter(call: Call, state: CallState): Position {
    const place = resolveKnownModel(state.group, this.fleet.table);
    const own = call.body.fallbacks.find(({ model }) => model === state.group);
    if (own === undefined || own.params === null) return { state, place, call };
    return { state, place, call: { ...call, body: renderFallbackBody(call.body, own.params) } };
  }

  private async ask(at: Position): Promise<Asked> {
    const { call, state } = at;
    const groupFailure = call.body.drill?.groupFailure ?? null;
    if (groupFailure !== null && state.fallbacks === 0) {
      const result = { kind: 'failed', failure: groupFailure } as const;
      return { result, target: null, state, when: 'without-attempt' };
    }
    const choice = this.chooser.select(at);
    if (choice.kind === 'none') {
      const result = this.runner.refuse(call, choice.refusal);
      return { result, target: null, state, when: 'without-attempt' };
    }
    const { target } = choice;
    const begun: Position = { ...at, state: reduceAttempt(state, target.config.id) };
    const scene = call.body.drill === null ? null : selectScene(call.body.drill, call, state);
    if (scene === null) return this.askEarnestly(begun, target);
    const timeoutMs = this.selectTimeoutMs(call, target);
    const result = await playScene(scene, call, { clock: this.ports.clock, timeoutMs });
    // Nobody was asked, so nothing may count for or against the deployment.
    return { result, target: null, state: begun.state, when: 'before-first-byte' };
  }

  private async askEarnestly(at: Position, first: Target): Promise<Asked> {
    const extra = this.beginExtra(at.state, first);
    const raced = await this.race.run(at, first);
    extra?.(raced.result.kind === 'failed' ? 'wasted' : 'answered');
    const result = this.withoutFiltered(raced.result, at);
    return { when: 'before-first-byte', ...raced, result };
  }

  /** Null: the call's first attempt, which needs no budget. */
  private beginExtra({ attempts, attemptsInGroup }: CallState, target: Target): EndExtra | null {
    if (attempts <= 1) return null;
    return this.extras.begin(attemptsInGroup > 1 ? 'retry' : 'fallback', target.config.id);
  }

  /** An answer that the provider's filter cut off is a failure to those who have a fallback for it, as in LiteLLM. */
  private withoutFiltered(result: AttemptResult, { call, state }: Position): AttemptResult {
    if (result.kind !== 'complete' || !isContentFiltered(result.body)) return result;
    return this.chooser.hasFallback(FILTERED, call, state)
      ? { kind: 'failed', failure: FILTERED }
      : result;
  }

  private selectTimeoutMs(call: Call, { config }: Target): number {
    const { firstByteMs } = planLimits({
      delivery: call.body.delivery,
      deployment: config,
      router: this.router,
      requestedTimeoutSeconds: call.requestedTimeoutSeconds,
      remainingMs: this.runner.remainingMs(call),
    });
    return firstByteMs;
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

  private decisionContext(
    call: Call,
    at: Position & { readonly target: Target | null },
  ): DecisionContext {
    const awake = this.chooser.selectAwake(at);
    const untried = awake.filter(({ id }) => !at.state.tried.includes(id));
    return {
      nowMs: this.ports.clock.nowMs(),
      deadlineMs: call.deadlineMs,
      random: this.ports.random.next(),
      router: this.router,
      awake: awake.length,
      untried: untried.length,
      deploymentRetries: at.target?.config.retries ?? null,
      requestedRetries: call.requestedRetries,
      requestedFallbacks: call.body.fallbacks.map(({ model }) => model),
      fallbacks: call.body.fallbackUse,
      retryBudget: this.extras.selectBudget(untried.length > 0 ? untried : awake),
    };
  }

  private trail(
    call: Call,
    state: CallState,
    spent: Pick<CallTrail, 'target' | 'upstreamMs' | 'answeredMs'>,
  ): CallTrail {
    return {
      group: state.group,
      attempts: state.attempts,
      retries: state.retries,
      mostRetries: state.retries === 0 ? 0 : this.chooser.mostRetries(call, state, spent.target),
      fallbacks: state.fallbacks,
      ...spent,
    };
  }
}
