import type { Cancel, Clock } from '../ports';

/** What a request in flight can be told. */
export interface InFlight {
  /** End now, in a way the client understands. */
  terminate(): void;
}

/** Whether the gateway takes work, and what it is working on. */
export class Lifecycle {
  private readonly inFlight = new Set<InFlight>();
  private idleListeners: (() => void)[] = [];
  private drainStartedMs: number | null = null;

  constructor(private readonly clock: Clock) {}

  get draining(): 'yes' | 'no' {
    return this.drainStartedMs === null ? 'no' : 'yes';
  }

  get inFlightCount(): number {
    return this.inFlight.size;
  }

  /** From now on the probes send traffic elsewhere; requests that still come are served. */
  startDrain(): void {
    this.drainStartedMs ??= this.clock.nowMs();
  }

  /** Time since the drain began. Unit: milliseconds. */
  drainedForMs(): number {
    return this.drainStartedMs === null ? 0 : this.clock.nowMs() - this.drainStartedMs;
  }

  begin(request: InFlight): void {
    this.inFlight.add(request);
  }

  end(request: InFlight): void {
    this.inFlight.delete(request);
    if (this.inFlight.size > 0) return;
    const listeners = this.idleListeners;
    this.idleListeners = [];
    for (const listener of listeners) listener();
  }

  /** Resolves when nothing is in flight, or when the bound is reached. */
  waitUntilIdle(boundMs: number): Promise<'idle' | 'busy'> {
    if (this.inFlight.size === 0) return Promise.resolve('idle');
    return new Promise((resolve) => {
      const cancel: Cancel = this.clock.after(boundMs, () => resolve('busy'));
      this.idleListeners.push(() => {
        cancel();
        resolve('idle');
      });
    });
  }

  terminateAll(): void {
    for (const request of [...this.inFlight]) request.terminate();
  }
}
