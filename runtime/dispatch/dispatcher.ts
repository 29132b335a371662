import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { isContentFiltered } from '../providers/check-answer';
import { plainFailure } from '../providers/classify-failure';
import { renderFallbackBody } from '../providers/client-body';
import { reduceAttempt, reduceDecision, reduceHedge, startCallState } from '../routing/call-state';
import type { CallState } from '../routing/call-state';
import { decide, planFallbacks, resolveRetries } from '../routing/decide';
import type { DecisionContext, Outcome } from '../routing/decide';
import type { Decision } from '../routing/decision';
import type { Failure } from '../routing/failure';
import type { FilterContext, Refusal } from '../routing/filters/filter';
import { planHedgeDelayMs, reduceFirstByte } from '../routing/plan-hedge';
import type { FirstByteTimes } from '../routing/plan-hedge';
import { planLimits } from '../routing/plan-limits';
import { resolveKnownModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import { selectDeployment, selectOpen } from '../routing/select-deployment';
import { RetryMetrics } from '../telemetry/retry-metrics';
import type { AttemptResult } from './attempt';
import { AttemptRunner } from './attempt-runner';
import type { Call } from './call';
import type { Cancellation } from './cancellation';
import { ExtraAttempts } from './extra-attempts';
import type { EndExtra } from './extra-attempts';
import type { Fleet, Target } from './fleet';
import { Hedge } from './hedge';
import type { Runner } from './hedge';
import { playScene, selectScene } from './play-drill';

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
const FILTERED = plainFailure(
  'provider_content_policy',
  400,
  "the provider's content filter cut the answer off",
);

type Choice =
  | { readonly kind: 'chosen'; readonly target: Target }
  | { readonly kind: 'none'; readonly refusal: Refusal };

/** Where a call stands before its next attempt. */
interface Position {
  readonly state: CallState;
  readonly place: KnownModel | null;
  /** The call with the body that this group is to get; a client's own fallback may change it. */
  readonly call: Call;
}

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
  private readonly runner: AttemptRunner;
  private readonly extras: ExtraAttempts;
  private readonly firstByteTimes = new Map<string, FirstByteTimes>();

  constructor(
    private readonly fleet: Fleet,
    private readonly router: RouterConfig,
    private readonly ports: Ports,
  ) {
    this.runner = new AttemptRunner(fleet, router, ports);
    this.extras = new ExtraAttempts(ports.clock, () => fleet.health, this.metrics);
  }

  async dispatch(call: Call, model: KnownModel): Promise<Answer> {
    const { clock } = this.ports;
    this.extras.recordRequest();
    let at: Position = { state: startCallState(model.group), place: model, call };
    let upstreamMs = 0;
    for (;;) {
      const askedMs = clock.nowMs();
      const asked = await this.ask(at);
      upstreamMs += clock.nowMs() - askedMs;
      const { target, result, when } = asked;
      const trail = this.trail(call, asked.state, { target, upstreamMs });
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
    const choice = this.select(at);
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

  private async askEarnestly(at: Position, target: Target): Promise<Asked> {
    const askedMs = this.ports.clock.nowMs();
    const extra = this.beginExtra(at.state, target);
    const raced = await this.race(at, target);
    extra?.(raced.result.kind === 'failed' ? 'wasted' : 'answered');
    if (raced.result.kind === 'complete' || raced.result.kind === 'streaming') {
      this.recordFirstByte(at.state.group, this.ports.clock.nowMs() - askedMs);
    }
    const result = this.withoutFiltered(raced.result, at);
    return { when: 'before-first-byte', ...raced, result };
  }

  /** Null: the call's first attempt, which needs no budget. */
  private beginExtra({ attempts, attemptsInGroup }: CallState, target: Target): EndExtra | null {
    if (attempts <= 1) return null;
    return this.extras.begin(attemptsInGroup > 1 ? 'retry' : 'fallback', target.config.id);
  }

  /** One attempt, or several side by side where hedging asks for it. */
  private async race(at: Position, first: Target): Promise<Omit<Asked, 'when'>> {
    const { call, place } = at;
    const delayMs = this.planHedge(at);
    if (delayMs === null) {
      return { result: await this.runner.run(call, first, place), target: first, state: at.state };
    }
    let { state } = at;
    const start = (target: Target, cancellation: Cancellation): Runner<Target> => ({
      target,
      result: this.runner.run({ ...call, cancellation }, target, place),
    });
    const hedge = new Hedge<Target>({
      clock: this.ports.clock,
      delayMs,
      most: this.router.hedging?.most ?? 0,
      cancellation: call.cancellation,
      startFirst: (cancellation) => start(first, cancellation),
      startExtra: (cancellation) => {
        const target = this.selectHedge({ ...at, state });
        if (target === null) return null;
        state = reduceHedge(state, target.config.id);
        // A hedge costs its price whoever wins, so its place in the budget is not given back.
        this.extras.begin('hedge', target.config.id)('wasted');
        return start(target, cancellation);
      },
      onOutpaced: (target) => this.fleet.recordAbandonment(target),
    });
    return { ...(await hedge.result), state };
  }

  private planHedge({ call, state }: Position): number | null {
    return planHedgeDelayMs({
      hedging: this.router.hedging,
      priority: call.body.traits.priority ?? this.router.defaultPriority,
      times: this.firstByteTimes.get(state.group) ?? [],
    });
  }

  /** A deployment that was not asked yet; asking the same one twice would only add to its load. */
  private selectHedge(at: Position): Target | null {
    const { call, state, place } = at;
    const rest = (place?.deployments ?? []).filter(({ id }) => !state.tried.includes(id));
    const open = selectOpen(rest, { ...this.filterContext(call), health: this.fleet.health });
    if (open.length === 0) return null;
    if (this.extras.selectBudget(open) === 'spent') {
      this.metrics.recordRefusal('hedge');
      return null;
    }
    const choice = this.select({
      ...at,
      place: place === null ? null : { ...place, deployments: open },
    });
    return choice.kind === 'chosen' ? choice.target : null;
  }

  private recordFirstByte(group: string, firstByteMs: number): void {
    if (this.router.hedging === null) return;
    const times = this.firstByteTimes.get(group) ?? [];
    this.firstByteTimes.set(group, reduceFirstByte(times, firstByteMs));
  }

  /** An answer that the provider's filter cut off is a failure to those who have a fallback for it, as in LiteLLM. */
  private withoutFiltered(result: AttemptResult, { call, state }: Position): AttemptResult {
    if (result.kind !== 'complete' || !isContentFiltered(result.body)) return result;
    return this.hasFallback(FILTERED, call, state) ? { kind: 'failed', failure: FILTERED } : result;
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

  private select({ call, state, place }: Position): Choice {
    const candidates = place?.deployments ?? [];
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

  private filterContext({ body }: Call): FilterContext {
    const { loads, budgets } = this.fleet.ledger;
    const { traits } = body;
    return { nowMs: this.ports.clock.nowMs(), router: this.router, traits, loads, budgets };
  }

  private hasFallback(failure: Failure, { body }: Call, state: CallState): boolean {
    const fallbacks = planFallbacks(failure, state, {
      router: this.router,
      requestedFallbacks: body.fallbacks.map(({ model }) => model),
      fallbacks: body.fallbackUse,
    });
    return fallbacks.length > 0;
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
    const filtering = this.filterContext(call);
    const awake = selectOpen(at.place?.deployments ?? [], {
      ...filtering,
      health: this.fleet.health,
    });
    const untried = awake.filter(({ id }) => !at.state.tried.includes(id));
    return {
      nowMs: filtering.nowMs,
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
    spent: Pick<CallTrail, 'target' | 'upstreamMs'>,
  ): CallTrail {
    return {
      group: state.group,
      retries: state.retries,
      mostRetries: state.retries === 0 ? 0 : this.mostRetries(call, state, spent.target),
      fallbacks: state.fallbacks,
      ...spent,
    };
  }

  private mostRetries(call: Call, { group }: CallState, target: Target | null): number {
    return resolveRetries(ANYTHING, {
      group,
      router: this.router,
      deploymentRetries: target?.config.retries ?? null,
      requestedRetries: call.requestedRetries,
    });
  }
}
