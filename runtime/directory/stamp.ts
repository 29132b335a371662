import type { Clock } from '../ports';

/**
 * A moment of a hybrid logical clock as text: time of day, counter and replica in fixed width, so that comparing texts
 * compares moments. Sort it byte by byte (`COLLATE "C"` in SQL).
 */
export interface Stamp {
  /** Unit: milliseconds since 1970. */
  readonly wallMs: number;
  /** Tells apart what one replica did within a millisecond. */
  readonly counter: number;
  /** Tells apart what two replicas did at once. */
  readonly replica: string;
}

const WALL_DIGITS = 12;
const COUNTER_DIGITS = 4;
const MOST_COUNTED = 16 ** COUNTER_DIGITS - 1;
const STAMP = /^([0-9a-f]{12})-([0-9a-f]{4})-([\w.-]{1,64})$/;

/**
 * Clocks of healthy machines lie within seconds of each other, broken ones an hour to either side. Following a stamp
 * from further ahead would put every later change into that future, too.
 */
export const MOST_AHEAD_MS = 3 * 3_600_000;

/** A change says that it was made in the future. */
export class StampAheadError extends Error {
  constructor(stamp: string, wallMs: number) {
    const aheadMinutes = Math.round((parseStamp(stamp).wallMs - wallMs) / 60_000);
    super(
      `stamp ${stamp} must be at most ${MOST_AHEAD_MS / 60_000} minutes ahead of this clock, ` +
        `got ${aheadMinutes}; correct the clock of the replica that made it`,
    );
    this.name = 'StampAheadError';
  }
}

export function isStamp(text: string): boolean {
  return STAMP.test(text);
}

export function parseStamp(text: string): Stamp {
  const match = STAMP.exec(text);
  if (match === null) {
    throw new Error(`a stamp must be <12 hex digits>-<4 hex digits>-<replica>, got ${text}`);
  }
  const [, wall = '', counter = '', replica = ''] = match;
  return { wallMs: parseInt(wall, 16), counter: parseInt(counter, 16), replica };
}

export function renderStamp({ wallMs, counter, replica }: Stamp): string {
  const wall = wallMs.toString(16).padStart(WALL_DIGITS, '0');
  return `${wall}-${counter.toString(16).padStart(COUNTER_DIGITS, '0')}-${replica}`;
}

/** Makes stamps that follow each other and everything observed, however the time of day jumps. */
export class StampClock {
  private wallMs = 0;
  private counter = 0;

  constructor(
    private readonly clock: Pick<Clock, 'wallMs'>,
    /** Unique among all replicas of all regions: letters, digits, `.`, `_` and `-`, at most 64. */
    private readonly replica: string,
  ) {
    if (!/^[\w.-]{1,64}$/.test(replica)) {
      throw new Error(
        `the name of a replica must be 1 to 64 letters, digits, ".", "_" or "-", got ${JSON.stringify(replica)}`,
      );
    }
  }

  next(): string {
    const nowMs = Math.floor(this.clock.wallMs());
    if (nowMs > this.wallMs) {
      this.wallMs = nowMs;
      this.counter = 0;
    } else if (this.counter < MOST_COUNTED) {
      // The clock stands still or was set back: the counter goes on alone.
      this.counter += 1;
    } else {
      this.wallMs += 1;
      this.counter = 0;
    }
    return renderStamp({ wallMs: this.wallMs, counter: this.counter, replica: this.replica });
  }

  /** What is made from now on comes after the stamp. Throws, and stays where it is, when that lies too far ahead. */
  observe(text: string): void {
    const { wallMs, counter } = parseStamp(text);
    if (wallMs < this.wallMs) return;
    if (this.isFarAhead(text)) throw new StampAheadError(text, this.clock.wallMs());
    this.counter = wallMs > this.wallMs ? counter : Math.max(counter, this.counter);
    this.wallMs = wallMs;
  }

  isFarAhead(text: string): boolean {
    return parseStamp(text).wallMs - this.clock.wallMs() > MOST_AHEAD_MS;
  }
}
