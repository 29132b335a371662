import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Clock } from '../ports';
import type { RetryMetrics } from '../telemetry/retry-metrics';
import { reduceHedge } from '../routing/call-state';
import type { CallState } from '../routing/call-state';
import { planHedgeDelayMs, reduceFirstByte } from '../routing/plan-hedge';
import type { FirstByteTimes } from '../routing/plan-hedge';
import type { AttemptResult } from './attempt';
import type { AttemptRunner } from './attempt-runner';
import type { Cancellation } from './cancellation';
import type { Chooser } from './chooser';
import type { Fleet, Target } from './fleet';
import { Hedge } from './hedge';
import type { Runner } from './hedge';
import type { Position } from './position';

export interface RaceParts {
  readonly fleet: Fleet;
  readonly router: RouterConfig;
  readonly clock: Clock;
  readonly chooser: Chooser;
  readonly runner: AttemptRunner;
  readonly metrics: RetryMetrics;
}

export interface Raced {
  readonly result: AttemptResult;
  /** The deployment the result is from. */
  readonly target: Target;
  readonly state: CallState;
}

/** One attempt, or several side by side where hedging asks for it. */
export class Race {
  private readonly firstByteTimes = new Map<string, FirstByteTimes>();

  constructor(private readonly parts: RaceParts) {}

  async run(at: Position, first: Target): Promise<Raced> {
    const { clock } = this.parts;
    const startedMs = clock.nowMs();
    const raced = await this.start(at, first);
    if (raced.result.kind === 'complete' || raced.result.kind === 'streaming') {
      this.recordFirstByte(at.state.group, clock.nowMs() - startedMs);
    }
    return raced;
  }

  private async start(at: Position, first: Target): Promise<Raced> {
    const { call, place } = at;
    const { runner, router, clock, metrics, fleet } = this.parts;
    const delayMs = this.planDelayMs(at);
    if (delayMs === null) {
      return { result: await runner.run(call, first, place), target: first, state: at.state };
    }
    let { state } = at;
    const start = (target: Target, cancellation: Cancellation): Runner<Target> => ({
      target,
      result: runner.run({ ...call, cancellation }, target, place),
    });
    const hedge = new Hedge<Target>({
      clock,
      delayMs,
      most: router.hedging?.most ?? 0,
      cancellation: call.cancellation,
      startFirst: (cancellation) => start(first, cancellation),
      startExtra: (cancellation) => {
        const target = this.selectExtra({ ...at, state });
        if (target === null) return null;
        state = reduceHedge(state, target.config.id);
        metrics.recordExtra('hedge');
        // A hedge costs its price whoever wins, so its place is not given back.
        target.budget.take(clock.nowMs());
        return start(target, cancellation);
      },
      onOutpaced: (target) => fleet.recordAbandonment(target),
    });
    return { ...(await hedge.result), state };
  }

  private planDelayMs({ call, state }: Position): number | null {
    const { router } = this.parts;
    return planHedgeDelayMs({
      hedging: router.hedging,
      priority: call.body.traits.priority ?? router.defaultPriority,
      times: this.firstByteTimes.get(state.group) ?? [],
    });
  }

  /** Whoever is asked beside another one needs a place, however well it is. */
  private selectExtra(at: Position): Target | null {
    const { chooser, metrics, fleet, clock } = this.parts;
    const { place } = at;
    if (place === null) return null;
    const nowMs = clock.nowMs();
    const untried = chooser.selectUntried(at);
    const open = untried.filter(({ id }) => fleet.targets.get(id)?.budget.hasPlace(nowMs) === true);
    if (open.length === 0) {
      if (untried.length > 0) metrics.recordRefusal('hedge');
      return null;
    }
    const choice = chooser.select({ ...at, place: { ...place, deployments: open } });
    return choice.kind === 'chosen' ? choice.target : null;
  }

  private recordFirstByte(group: string, firstByteMs: number): void {
    if (this.parts.router.hedging === null) return;
    const times = this.firstByteTimes.get(group) ?? [];
    this.firstByteTimes.set(group, reduceFirstByte(times, firstByteMs));
  }
}
