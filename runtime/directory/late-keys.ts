import type { Clock } from '../ports';
import { within } from './within';

export interface LateKeysParts {
  /** Reads what was stored up to now; rejects when the store is away. */
  readonly refresh: () => Promise<void>;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
}

/** A flood of wrong keys costs the store one question a second, and nobody else anything. */
const SPACING_MS = 1_000;
/** Longest time that an unknown key may wait to become a known one. */
const LONGEST_WAIT_MS = 250;

/**
 * Looks once more before a key is refused: it may have been made on another replica a moment ago. Keys that are known never
 * come by here.
 */
export class LateKeys {
  private lookedMs = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(private readonly parts: LateKeysParts) {}

  /**
   * Resolves when there is nothing more to wait for, whatever came of it; whoever asks while somebody looks waits for the
   * same look. Null: somebody looked a moment ago.
   */
  look(): Promise<void> | null {
    const { clock, refresh } = this.parts;
    if (this.looking !== null) return this.looking;
    const nowMs = clock.nowMs();
    if (nowMs - this.lookedMs < SPACING_MS) return null;
    this.lookedMs = nowMs;
    this.looking = within(clock, LONGEST_WAIT_MS, refresh)
      .catch(() => undefined)
      .then(() => {
        this.looking = null;
      });
    return this.looking;
  }
}
