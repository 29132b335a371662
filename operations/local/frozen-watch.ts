import type { ProbeOutcome } from './readiness';

export interface FrozenWatchProps {
  readonly probe: () => Promise<ProbeOutcome>;
  readonly everyMs: number;
  /** So many probes in a row without a word mean that the process is frozen. */
  readonly silentProbes: number;
  readonly onFrozen: () => void;
}

/**
 * Asks a process again and again whether it lives. By the number of probes and not by the time of day, so that a machine
 * that slept does not take its processes for frozen. A process that refuses lives.
 */
export class FrozenWatch {
  private silent = 0;
  private readonly timer: NodeJS.Timeout;
  private state: 'idle' | 'asking' | 'stopped' = 'idle';

  constructor(private readonly props: FrozenWatchProps) {
    this.timer = setInterval(() => void this.ask(), props.everyMs);
    this.timer.unref();
  }

  stop(): void {
    this.state = 'stopped';
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.state !== 'idle') return;
    this.state = 'asking';
    const outcome = await this.props.probe();
    if (this.state !== 'asking') return;
    this.state = 'idle';
    this.silent = outcome === 'silent' ? this.silent + 1 : 0;
    if (this.silent < this.props.silentProbes) return;
    this.stop();
    this.props.onFrozen();
  }
}
