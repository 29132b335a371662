import type { Clock } from '../../runtime/ports';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  private timeMs = 0;
  private timers: readonly Timer[] = [];
  /** How many timers were ever set. */
  armed = 0;

  nowMs(): number {
    return this.timeMs;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.timeMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.timeMs + delayMs, callback };
    this.timers = [...this.timers, timer];
    this.armed += 1;
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  get waiting(): number {
    return this.timers.length;
  }

  advance(byMs: number): void {
    const endMs = this.timeMs + byMs;
    for (;;) {
      const next = this.timers
        .filter(({ dueMs }) => dueMs <= endMs)
        .reduce<Timer | null>(
          (first, timer) => (first && first.dueMs <= timer.dueMs ? first : timer),
          null,
        );
      if (next === null) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.timeMs = next.dueMs;
      next.callback();
    }
    this.timeMs = endMs;
  }
}
