import type { Cancel, Clock } from '../ports';

/** What a request in flight can be told. */
export interface InFlight {
  /** End now, in a way the client understands. */
  terminate(): void;
}

/** Whether the gateway takes work, and what it is working on. */
export class Lifecycle {
  private readonly inFlight = new Set<InFlight>();
  private readonly idleListeners = new Set<(state: 'idle' | 'busy') => void>();
  private drainStartedMs: number | null = null;
  private stopping = false;

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

  /** The same for good: the process is about to end. */
  startStop(): void {
    this.stopping = true;
    this.startDrain();
  }

  /** Takes traffic again, unless the process is about to end. Whoever waits for the drain hears that it is not over. */
  endDrain(): 'serving' | 'stopping' {
    if (this.stopping) return 'stopping';
    this.drainStartedMs = null;
    this.tellListeners('busy');
    return 'serving';
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
    this.tellListeners('idle');
  }

  /** Resolves when nothing is in flight, or when the bound is reached. */
  waitUntilIdle(boundMs: number): Promise<'idle' | 'busy'> {
    if (this.inFlight.size === 0) return Promise.resolve('idle');
    return new Promise((resolve) => {
      const settle = (state: 'idle' | 'busy'): void => {
        cancel();
        this.idleListeners.delete(settle);
        resolve(state);
      };
      const cancel: Cancel = this.clock.after(boundMs, () => settle('busy'));
      this.idleListeners.add(settle);
    });
  }

  terminateAll(): void {
    for (const request of [...this.inFlight]) request.terminate();
  }

  private tellListeners(state: 'idle' | 'busy'): void {
    for (const listener of [...this.idleListeners]) listener(state);
  }
}
