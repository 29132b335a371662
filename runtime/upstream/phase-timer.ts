import type { Cancel, Clock } from '../ports';

/**
 * One timer for the many clocks of an exchange. Moving the deadline later only notes it: the timer finds out when it
 * fires and arms itself again, so that a chunk of a stream costs an assignment instead of a timer.
 */
export class PhaseTimer {
  private cancel: Cancel | null = null;
  private firesAtMs = Infinity;
  private deadlineMs = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly onExpired: () => void,
  ) {}

  expireAt(deadlineMs: number): void {
    this.deadlineMs = deadlineMs;
    if (deadlineMs < this.firesAtMs) this.arm();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.firesAtMs = Infinity;
    this.deadlineMs = Infinity;
  }

  private arm(): void {
    this.cancel?.();
    this.firesAtMs = this.deadlineMs;
    this.cancel = this.clock.after(Math.max(0, this.deadlineMs - this.clock.nowMs()), this.fire);
  }

  private readonly fire = (): void => {
    this.cancel = null;
    this.firesAtMs = Infinity;
    if (this.deadlineMs === Infinity) return;
    if (this.clock.nowMs() < this.deadlineMs) this.arm();
    else this.onExpired();
  };
}
