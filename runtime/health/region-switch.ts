import { readFile } from 'node:fs/promises';
import type { Cancel, Clock } from '../ports';

/** Whether the region takes traffic. */
export type RegionState = 'serving' | 'away';

const READ_EVERY_MS = 2_000;

/**
 * What an operator says of the region, in a file that is mounted into every replica. It is read again and again, because
 * that works where no control plane does. A file that is missing or says anything else changes nothing: the last clear word
 * holds, and at first the region serves.
 */
export class RegionSwitch {
  private current: RegionState = 'serving';
  private cancel: Cancel | null = null;
  private running: 'yes' | 'no' = 'no';

  constructor(
    private readonly clock: Clock,
    /** Null: there is no switch. */
    private readonly file: string | null,
  ) {}

  get state(): RegionState {
    return this.current;
  }

  start(): void {
    if (this.file === null || this.running === 'yes') return;
    this.running = 'yes';
    void this.turn(this.file);
  }

  stop(): void {
    this.running = 'no';
    this.cancel?.();
  }

  private async turn(file: string): Promise<void> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const [word] = text.trim().split(/\s/);
    if (word === 'serving' || word === 'away') this.current = word;
    if (this.running === 'yes') {
      this.cancel = this.clock.after(READ_EVERY_MS, () => void this.turn(file));
    }
  }
}
