import type {
  Cancel,
  Clock,
  Upstream,
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamLimits,
  UpstreamRequest,
} from '../ports';
import { PhaseTimer } from '../upstream/phase-timer';
import { createQuota, type Quota } from './quota';
import { planExchange, type ExchangePlan, type Step } from './plan-exchange';
import { createSeededRandom, mixSeeds } from './seeded-random';
import { selectFaults } from './select-faults';
import type { Behaviour, Fault } from './scenario';

/** Who asked, as the simulation reads it from the request. */
export interface RequestMark {
  readonly call: number;
  /** The deployment's place in the configuration. */
  readonly deployment: number;
  readonly delivery: 'json' | 'stream';
}

export interface ScriptedProvider {
  readonly behaviour: Behaviour;
  readonly quotas: ReadonlyMap<Fault, Quota>;
}

/** How an exchange ended, as the provider saw it. */
export interface ExchangeEnding {
  readonly fault: Fault['kind'] | null;
  /** Of the answer; 0: none. */
  readonly status: number;
  /** `aborted`: the gateway hung up. */
  readonly end: 'complete' | 'aborted' | UpstreamErrorKind;
  readonly promptTokens: number;
  /** Sent until then. */
  readonly completionTokens: number;
}

export interface UpstreamObserver {
  onSend(mark: RequestMark): { readonly attempt: number };
  onEnd(mark: RequestMark, attempt: number, ending: ExchangeEnding): void;
}

export interface ScriptedUpstreamParts {
  readonly clock: Clock;
  readonly seed: number;
  /** In the order of the configuration. */
  readonly behaviours: readonly Behaviour[];
  readonly readMark: (request: UpstreamRequest) => RequestMark;
  readonly observer: UpstreamObserver;
}

/** Providers that follow a scenario, in virtual time. */
export class ScriptedUpstream implements Upstream {
  private readonly startedMs: number;
  private readonly providers: readonly ScriptedProvider[];

  constructor(private readonly parts: ScriptedUpstreamParts) {
    this.startedMs = parts.clock.nowMs();
    this.providers = parts.behaviours.map((behaviour) => ({
      behaviour,
      quotas: new Map(behaviour.faults.map((fault) => [fault, createQuota(fault)])),
    }));
  }

  send(
    request: UpstreamRequest,
    limits: UpstreamLimits,
    handler: UpstreamHandler,
  ): UpstreamExchange {
    const { clock, observer, seed } = this.parts;
    const mark = this.parts.readMark(request);
    const provider = this.providers[mark.deployment];
    if (provider === undefined) throw new Error(`nobody answers at ${request.origin}`);
    const { attempt } = observer.onSend(mark);
    // The luck of an attempt depends on what it is, not on what happened before it: strategies meet the same providers.
    const random = createSeededRandom(mixSeeds(seed, mark.deployment, mark.call, attempt));
    const elapsedMs = clock.nowMs() - this.startedMs;
    const plan = planExchange({
      delivery: mark.delivery,
      behaviour: provider.behaviour,
      faults: selectFaults(provider.behaviour.faults, elapsedMs, random).flatMap((fault) =>
        applyQuota(provider, fault, elapsedMs),
      ),
      elapsedMs,
      random,
    });
    return new ScriptedExchange(clock, plan, {
      limits,
      handler,
      onOver: (ending) => observer.onEnd(mark, attempt, ending),
    });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** A quota that is used up is met as a 429; one that is not, not at all. */
function applyQuota(provider: ScriptedProvider, fault: Fault, elapsedMs: number): readonly Fault[] {
  if (fault.kind !== 'rate-limit') return [fault];
  const retryAfterSeconds = provider.quotas.get(fault)?.take(elapsedMs) ?? null;
  if (retryAfterSeconds === null) return [];
  const { fromSeconds, toSeconds, periodSeconds, share } = fault;
  const window = { fromSeconds, toSeconds, periodSeconds, share };
  return [{ kind: 'status', status: 429, retryAfterSeconds, ...window }];
}

type Phase = 'first-byte' | 'body' | 'paused' | 'over';

const EXPIRED: Readonly<Record<Exclude<Phase, 'over'>, UpstreamErrorKind>> = {
  'first-byte': 'first-byte-timeout',
  body: 'idle-timeout',
  paused: 'paused-too-long',
};

interface ExchangeParts {
  readonly limits: UpstreamLimits;
  readonly handler: UpstreamHandler;
  readonly onOver: (ending: ExchangeEnding) => void;
}

/** Plays a plan step by step, under the same clocks as a real exchange. */
class ScriptedExchange implements UpstreamExchange {
  readonly reached = 'provider';
  private readonly startedMs: number;
  private readonly endsAtMs: number;
  private readonly timer: PhaseTimer;
  private cancelStep: Cancel | null = null;
  private phase: Phase = 'first-byte';
  private next = 0;
  private tokens = 0;

  constructor(
    private readonly clock: Clock,
    private readonly plan: ExchangePlan,
    private readonly parts: ExchangeParts,
  ) {
    this.startedMs = clock.nowMs();
    this.endsAtMs = this.startedMs + parts.limits.totalMs;
    this.timer = new PhaseTimer(clock, () => this.expire());
    this.timer.expireAt(Math.min(this.startedMs + parts.limits.firstByteMs, this.endsAtMs));
    this.awaitStep();
  }

  abort(): void {
    this.finish('aborted');
  }

  pause(): void {
    if (this.phase !== 'body') return;
    this.phase = 'paused';
    this.cancelStep?.();
    this.timer.expireAt(Math.min(this.clock.nowMs() + this.parts.limits.pausedMs, this.endsAtMs));
  }

  resume(): void {
    if (this.phase !== 'paused') return;
    this.phase = 'body';
    this.awaitData();
    this.awaitStep();
  }

  private awaitStep(): void {
    const step = this.plan.steps[this.next];
    if (step === undefined) return;
    const delayMs = this.startedMs + step.afterMs - this.clock.nowMs();
    this.cancelStep = this.clock.after(delayMs, () => this.play(step));
  }

  private play(step: Step): void {
    this.next += 1;
    const { handler } = this.parts;
    switch (step.kind) {
      case 'head':
        handler.onHead(step.status, step.headers);
        break;
      case 'data':
        this.phase = 'body';
        this.tokens += step.tokens;
        this.awaitData();
        handler.onData(step.chunk);
        break;
      case 'end':
        this.finish('complete');
        handler.onEnd();
        return;
      case 'error':
        this.finish(step.error);
        handler.onError(step.error, step.error);
        return;
    }
    if (this.phase === 'first-byte' || this.phase === 'body') this.awaitStep();
  }

  private awaitData(): void {
    this.timer.expireAt(Math.min(this.clock.nowMs() + this.parts.limits.idleMs, this.endsAtMs));
  }

  private expire(): void {
    if (this.phase === 'over') return;
    const kind = this.clock.nowMs() >= this.endsAtMs ? 'total-timeout' : EXPIRED[this.phase];
    this.finish(kind);
    this.parts.handler.onError(kind, kind);
  }

  private finish(end: ExchangeEnding['end']): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.timer.stop();
    this.cancelStep?.();
    const { fault, status, counts } = this.plan;
    // Whoever sends tokens has read the prompt, and bills for it.
    const promptTokens = this.tokens > 0 ? counts.promptTokens : 0;
    this.parts.onOver({ fault, status, end, promptTokens, completionTokens: this.tokens });
  }
}
