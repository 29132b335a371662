import type { Cancel, Clock } from '../ports';

const PROBE_EVERY_MS = 10_000;

/** Whether the database answers; asks in the background, so that no request and no probe ever waits for it. */
export interface DatabaseStatus {
  /** Null until the first answer. */
  readonly connected: 'connected' | 'disconnected' | null;
  stop(): void;
}

/** Asks on a new connection each time: an old one would hide that nobody can connect any more. */
export class DatabaseStatusProbe implements DatabaseStatus {
  connected: 'connected' | 'disconnected' | null = null;
  private cancelNext: Cancel | null = null;
  private running: 'yes' | 'no' = 'yes';

  constructor(
    private readonly clock: Clock,
    private readonly ask: () => Promise<void>,
  ) {
    void this.probe();
  }

  stop(): void {
    this.running = 'no';
    this.cancelNext?.();
  }

  private async probe(): Promise<void> {
    try {
      await this.ask();
      this.connected = 'connected';
    } catch {
      // The gauge is the message; the reason stands in the database's own log.
      this.connected = 'disconnected';
    }
    if (this.running === 'yes') {
      this.cancelNext = this.clock.after(PROBE_EVERY_MS, () => void this.probe());
    }
  }
}
