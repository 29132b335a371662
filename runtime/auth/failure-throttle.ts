import type { Clock } from '../ports';

const WINDOW_MS = 60_000;
const MOST_PER_NETWORK = 20;
/** Many networks guess faster than one. */
const MOST_IN_ALL = 2_000;
const MOST_NETWORKS = 10_000;

interface Count {
  failures: number;
  readonly windowEndsMs: number;
}

interface NetworkCount extends Count {
  /** What was guessed in this window, at most twenty. Unit: the first 32 bits of a digest. */
  readonly guesses: number[];
}

/**
 * Counts wrong keys, by network and in all, in windows of a minute. A network that has shown twenty different ones is
 * throttled until its window ends; the same one again tells a guesser nothing, and a client that waits for its new key to be
 * known shows it again and again. When all together show too many, every network that has shown one is; those that have shown none never are,
 * so that no flood of guesses locks out whoever has the right key.
 */
export class FailureThrottle {
  /** Oldest window first, because a window is set once and never moved. */
  private readonly byNetwork = new Map<string, NetworkCount>();
  private inAll: Count = { failures: 0, windowEndsMs: 0 };
  /** When the last window ends in which anybody is throttled; 0: nobody is. */
  private throttlesUntilMs = 0;

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  /** Networks that are remembered now. */
  get size(): number {
    return this.byNetwork.size;
  }

  /** Whether it is worth asking about anybody: nearly always `no`, and then nothing has to be worked out. */
  get throttles(): 'some' | 'nobody' {
    if (this.throttlesUntilMs === 0) return 'nobody';
    if (this.clock.nowMs() < this.throttlesUntilMs) return 'some';
    this.throttlesUntilMs = 0;
    return 'nobody';
  }

  /**
   * Milliseconds until a key of this network is looked at again; null: it is looked at. A guess that was counted already is:
   * it tells nothing new, save that a key which was unknown a moment ago is known now. `digest`: as `recordFailure` has it.
   */
  readWaitMs(network: string, digest: string | null): number | null {
    const own = this.byNetwork.get(network);
    const nowMs = this.clock.nowMs();
    if (own === undefined || nowMs >= own.windowEndsMs) return null;
    if (digest !== null && own.guesses.includes(selectGuess(digest))) return null;
    if (own.failures >= MOST_PER_NETWORK) return own.windowEndsMs - nowMs;
    const { failures, windowEndsMs } = this.inAll;
    return failures >= MOST_IN_ALL && nowMs < windowEndsMs ? windowEndsMs - nowMs : null;
  }

  /** `digest`: hexadecimal, of what was guessed; null: it was not worth one, and counts each time. */
  recordFailure(network: string, digest: string | null): void {
    const nowMs = this.clock.nowMs();
    if (nowMs >= this.inAll.windowEndsMs) {
      this.inAll = { failures: 0, windowEndsMs: nowMs + WINDOW_MS };
    }
    const own = this.countOf(network, nowMs);
    if (digest !== null && !isNew(own.guesses, digest)) return;
    own.failures += 1;
    this.inAll.failures += 1;
    if (own.failures >= MOST_PER_NETWORK) this.throttleUntil(own.windowEndsMs);
    if (this.inAll.failures >= MOST_IN_ALL) this.throttleUntil(this.inAll.windowEndsMs);
  }

  private throttleUntil(endsMs: number): void {
    this.throttlesUntilMs = Math.max(this.throttlesUntilMs, endsMs);
  }

  private countOf(network: string, nowMs: number): NetworkCount {
    const known = this.byNetwork.get(network);
    if (known !== undefined && nowMs < known.windowEndsMs) return known;
    this.byNetwork.delete(network);
    const fresh = { failures: 0, windowEndsMs: nowMs + WINDOW_MS, guesses: [] };
    this.byNetwork.set(network, fresh);
    for (const [oldest, { windowEndsMs }] of this.byNetwork) {
      // A flood of networks pushes the oldest out; the count in all goes on.
      if (nowMs < windowEndsMs && this.byNetwork.size <= MOST_NETWORKS) break;
      this.byNetwork.delete(oldest);
    }
    return fresh;
  }
}

function isNew(guesses: number[], digest: string): boolean {
  const guess = selectGuess(digest);
  if (guesses.includes(guess)) return false;
  if (guesses.length < MOST_PER_NETWORK) guesses.push(guess);
  return true;
}

function selectGuess(digest: string): number {
  return Number.parseInt(digest.slice(0, 8), 16);
}
