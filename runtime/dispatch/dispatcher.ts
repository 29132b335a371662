import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { isContentFiltered } from '../providers/check-answer';
import { renderFallbackBody } from '../providers/client-body';
import {
  isInFirstGroup,
  reduceAttempt,
  reduceDecision,
  reduceEntry,
  startCallState,
} from '../routing/call-state';
import type { CallState } from '../routing/call-state';
import { decide } from '../routing/decide';
import type { DecisionContext, Outcome } from '../routing/decide';
import { selectBlame } from '../routing/failure';
import type { Decision } from '../routing/decision';
import { planLimits } from '../routing/plan-limits';
import { resolveKnownModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import { RetryMetrics } from '../telemetry/retry-metrics';
import type { AttemptResult } from './attempt';
import { AttemptRunner } from './attempt-runner';
import type { Call } from './call';
import { Chooser, FILTERED } from './chooser';
import type { Open } from './chooser';
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
    const { chooser, runner } = this;
    this.race = new Race({ fleet, router, clock, chooser, runner, metrics });
  }

  async dispatch(call: Call, model: KnownModel): Promise<Answer> {
    const { clock } = this.ports;
    let at: Position = { state: startCallState(model.model, model.group), place: model, call };
    let upstreamMs = 0;
    /** An answer that a filter cut off: better than none, should the fallbacks have none either. */
    let filtered: Answer | null = null;
    for (;;) {
      const askedMs = clock.nowMs();
      const asked = await this.ask(at);
      const nowMs = clock.nowMs();
      upstreamMs += nowMs - askedMs;
      const { target, when } = asked;
      const isAnswered = asked.result.kind === 'complete' || asked.result.kind === 'streaming';
      const answeredMs = isAnswered ? nowMs : null;
      const trail = this.trail(call, asked.state, { target, upstreamMs, answeredMs });
      const answer: Answer = { trail, ...asked.result };
      const result = this.withoutFiltered(asked, at);
      if (result.kind !== 'failed') return answer;
      if (asked.result.kind === 'complete') filtered ??= answer;

      const { failure } = result;
      const { state } = asked;
      const decision = this.decide({ kind: 'failed', failure, when }, { ...at, state }, target);
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
          return (
            filtered ?? { kind: 'failed', trail, failure: at.state.originalFailure ?? failure }
          );
      }
      if (call.cancellation.reason !== null) return { kind: 'cancelled', trail };
    }
  }

  /** What `decide` says, with those passed over that have no place for another attempt. */
  private decide(outcome: Outcome, at: Position, target: Target | null): Decision {
    const open = this.chooser.selectOpen(at);
    const context = this.decisionContext(at.call, target, open);
    const decision = decide(outcome, at.state, context);
    if (open.placeless.length > 0 && decision.kind !== 'retry') {
      const all = [...open.placed, ...open.placeless];
      const wished = decide(outcome, at.state, { ...context, open: all });
      if (wished.kind === 'retry') this.metrics.recordRefusal('retry');
    }
    return decision;
  }

  private enter(call: Call, state: CallState): Position {
    const place = resolveKnownModel(state.model, this.fleet.table);
    const entered = place === null ? state : reduceEntry(state, place.group);
    const at: Position = { state: entered, place, call };
    const own = call.body.fallbacks.find(({ model }) => model === state.model);
    if (own === undefined || own.params === null) return at;
    return { ...at, call: { ...call, body: renderFallbackBody(call.body, own.params) } };
  }

  private async ask(at: Position): Promise<Asked> {
    const { call, state } = at;
    const groupFailure = call.body.drill?.groupFailure ?? null;
    if (groupFailure !== null && isInFirstGroup(state)) {
      const result = { kind: 'failed', failure: groupFailure } as const;
      return { result, target: null, state, when: 'without-attempt' };
    }
    const choice = this.chooser.select(at);
    if (choice.kind === 'none') {
      if (choice.because === 'no-place' && state.attemptsInGroup === 0) {
        this.metrics.recordRefusal('fallback');
      }
      const result = this.runner.refuse(call, choice.refusal);
      return { result, target: null, state, when: 'without-attempt' };
    }
    const { target } = choice;
    const begun: Position = { ...at, state: reduceAttempt(state, target.config) };
    const scene = call.body.drill === null ? null : selectScene(call.body.drill, call, state);
    if (scene === null) return this.askEarnestly(begun, target, state);
    const timeoutMs = this.selectTimeoutMs(call, target);
    const result = await playScene(scene, call, { clock: this.ports.clock, timeoutMs });
    // Nobody was asked, so nothing may count for or against the deployment.
    return { result, target: null, state: begun.state, when: 'before-first-byte' };
  }

  private async askEarnestly(at: Position, target: Target, before: CallState): Promise<Asked> {
    const { attempts, attemptsInGroup } = at.state;
    const { budget } = target;
    const nowMs = this.ports.clock.nowMs();
    const place = this.chooser.needsPlace(target, before) ? 'taken' : 'none-needed';
    if (place === 'taken') budget.take(nowMs);
    else budget.earn(nowMs);
    if (attempts > 1) this.metrics.recordExtra(attemptsInGroup > 1 ? 'retry' : 'fallback');
    const raced = await this.race.run(at, target);
    if (place === 'taken' && raced.target === target && wasWorthwhile(raced.result)) {
      budget.giveBack();
    }
    return { when: 'before-first-byte', ...raced };
  }

  /** An answer that the provider's filter cut off is a failure to those who have a fallback for it, as in LiteLLM. */
  private withoutFiltered({ result, state }: Asked, { call }: Position): AttemptResult {
    if (result.kind !== 'complete' || !isContentFiltered(result.body)) return result;
    return this.chooser.hasContentPolicyFallback(call, state)
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

  private decisionContext(call: Call, target: Target | null, open: Open): DecisionContext {
    return {
      nowMs: this.ports.clock.nowMs(),
      deadlineMs: call.deadlineMs,
      random: this.ports.random.next(),
      router: this.router,
      available: open.available,
      open: open.placed,
      deploymentRetries: target?.config.retries ?? null,
      requestedRetries: call.requestedRetries,
      requestedFallbacks: call.body.fallbacks.map(({ model }) => model),
      fallbacks: call.body.fallbackUse,
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

/** Answered, or refused for what the caller did: either way the deployment did its work. */
function wasWorthwhile(result: AttemptResult): boolean {
  switch (result.kind) {
    case 'complete':
    case 'streaming':
      return true;
    case 'failed':
      return selectBlame(result.failure.kind) === 'caller';
    case 'cancelled':
      return false;
  }
}
