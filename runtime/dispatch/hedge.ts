import type { Clock } from '../ports';
import type { AttemptResult } from './attempt';
import { Cancellation } from './cancellation';

/** One of the attempts that run side by side. */
export interface Runner<T> {
  readonly target: T;
  readonly result: Promise<AttemptResult>;
}

export interface HedgeParts<T> {
  readonly clock: Clock;
  /** Without an answer for so long, the next attempt begins. */
  readonly delayMs: number;
  /** Most attempts beside the first. */
  readonly most: number;
  /** The call's. */
  readonly cancellation: Cancellation;
  readonly startFirst: (cancellation: Cancellation) => Runner<T>;
  /** Null: there is no other deployment, or no budget. */
  readonly startExtra: (cancellation: Cancellation) => Runner<T> | null;
  /** An attempt had an answer, but a moment too late. */
  readonly onOutpaced: (target: T) => void;
}

export interface HedgeResult<T> {
  readonly target: T;
  readonly result: AttemptResult;
}

/**
 * Asks a second deployment when the first one takes long to begin, and takes whichever answers first. All of it happens
 * before the client has seen a byte. The losers are hung up on at once: what they would still produce would be paid for.
 */
export class Hedge<T> {
  readonly result: Promise<HedgeResult<T>>;
  private settle: (result: HedgeResult<T>) => void = () => undefined;
  private readonly running = new Map<Runner<T>, Cancellation>();
  private state: 'open' | 'over' = 'open';
  private extras = 0;
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly parts: HedgeParts<T>) {
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
    const cancellation = new Cancellation();
    this.follow(parts.startFirst(cancellation), cancellation);
    parts.cancellation.listen(() => {
      const { reason } = parts.cancellation;
      if (reason !== null) this.cancelAll(reason);
    });
    this.armTimer();
  }

  private armTimer(): void {
    const { clock, delayMs, most } = this.parts;
    if (this.extras >= most || this.state === 'over') return;
    this.cancelTimer = clock.after(delayMs, () => {
      const cancellation = new Cancellation();
      const runner = this.parts.startExtra(cancellation);
      if (runner === null) return;
      this.extras += 1;
      this.follow(runner, cancellation);
      this.armTimer();
    });
  }

  private follow(runner: Runner<T>, cancellation: Cancellation): void {
    this.running.set(runner, cancellation);
    void runner.result.then((result) => this.take(runner, result));
  }

  private take(runner: Runner<T>, result: AttemptResult): void {
    this.running.delete(runner);
    if (this.state === 'over') {
      if (result.kind === 'streaming') result.stream.abort();
      if (result.kind === 'streaming' || result.kind === 'complete') {
        this.parts.onOutpaced(runner.target);
      }
      return;
    }
    // Another one may still answer.
    if (result.kind === 'failed' && this.running.size > 0) return;
    this.state = 'over';
    this.cancelTimer();
    this.parts.cancellation.listen(null);
    this.cancelAll('outpaced');
    this.settle({ target: runner.target, result });
  }

  private cancelAll(reason: Parameters<Cancellation['cancel']>[0]): void {
    this.cancelTimer();
    for (const cancellation of [...this.running.values()]) cancellation.cancel(reason);
  }
}
