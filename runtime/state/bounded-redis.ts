import type { Cancel, Ports } from '../ports';
import type { QuietLog } from './quiet-log';
import {
  CLOSED_BREAKER,
  planProbeDelayMs,
  reduceProbeEnd,
  reduceProbeStart,
  reduceTrip,
} from './redis-breaker';
import type { BreakerMemory } from './redis-breaker';
import type { RedisKeys } from './redis-keys';
import { isAway, RedisAwayError } from './redis-link';
import type { RedisLink } from './redis-link';

/** Longest time that a request may lose to Redis. Unit: milliseconds. */
export const LONGEST_WAIT_MS = 20;

export interface BoundedRedisParts {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly log: QuietLog;
}

export interface BoundedCall<T> {
  /** One of the keys that are touched: probes ask the server that this one is kept on. */
  readonly key: string;
  readonly send: (link: RedisLink) => Promise<T>;
  /** Hears of an answer that nobody waits for any more, so that what it did can be undone. */
  readonly onLate: ((answer: T) => void) | null;
}

/** Counts since the start, for the metrics. */
export interface RedisCounts {
  readonly calls: number;
  /** Calls that waited in vain. */
  readonly timeouts: number;
  readonly failures: number;
  /** Calls that were not made, because Redis was known to be away. */
  readonly refused: number;
  /** How often the breaker opened. */
  readonly trips: number;
}

/**
 * The way to Redis from the path of a request. The first call that finds it slow or dead costs its wait; from then on
 * every call is refused at once, also those that are waiting, until a probe in the background has been answered in time.
 */
export class BoundedRedis {
  private memory: BreakerMemory = CLOSED_BREAKER;
  private readonly waiting = new Set<() => void>();
  private cancelProbe: Cancel | null = null;
  private stopped: 'yes' | 'no' = 'no';
  private readonly cancelReady: Cancel;
  private totals = { calls: 0, timeouts: 0, failures: 0, refused: 0, trips: 0 };
  /** Keys that calls failed at: each of their servers has to prove itself. */
  private readonly suspects = new Set<string>();

  constructor(private readonly parts: BoundedRedisParts) {
    // A new connection is the best moment to ask.
    this.cancelReady = parts.link.onReady(() => this.scheduleProbe(0));
  }

  get state(): BreakerMemory['state'] {
    return this.memory.state;
  }

  get counts(): RedisCounts {
    return this.totals;
  }

  /** For what no request waits for: unbounded save by the link's own time-outs. */
  get link(): RedisLink {
    return this.parts.link;
  }

  /** Rejects with `RedisAwayError` at the latest after `LONGEST_WAIT_MS`. */
  async run<T>(call: BoundedCall<T>): Promise<T> {
    this.totals.calls += 1;
    if (this.memory.state !== 'closed') {
      this.totals.refused += 1;
      throw new RedisAwayError('refused');
    }
    if (this.parts.link.status === 'away') {
      this.totals.refused += 1;
      this.trip(call.key);
      throw new RedisAwayError('refused');
    }
    try {
      return await this.race(call, () => {
        this.totals.timeouts += 1;
        this.trip(call.key);
      });
    } catch (error) {
      if (error instanceof RedisAwayError) throw error;
      this.totals.failures += 1;
      if (!isAway(error)) throw error;
      this.trip(call.key);
      throw new RedisAwayError('failed', { cause: error });
    }
  }

  stop(): void {
    this.stopped = 'yes';
    this.cancelReady();
    this.cancelProbe?.();
    this.abandonAll();
  }

  private race<T>({ send, onLate }: BoundedCall<T>, onTimeout: () => void): Promise<T> {
    const { clock } = this.parts.ports;
    return new Promise<T>((resolve, reject) => {
      let done: 'yes' | 'no' = 'no';
      const abandon = (): void => {
        this.waiting.delete(abandon);
        cancel();
        if (done === 'yes') return;
        done = 'yes';
        reject(new RedisAwayError('unanswered'));
      };
      // A busy event loop runs its timers before it reads what has come meanwhile, so it gets one more turn.
      let cancel = clock.after(LONGEST_WAIT_MS - LAST_TURN_MS, () => {
        cancel = clock.after(LAST_TURN_MS, () => {
          if (done === 'no') onTimeout();
          abandon();
        });
      });
      this.waiting.add(abandon);
      const settle = (tell: () => void): void => {
        this.waiting.delete(abandon);
        cancel();
        done = 'yes';
        tell();
      };
      send(this.parts.link).then(
        (answer) => (done === 'yes' ? onLate?.(answer) : settle(() => resolve(answer))),
        (error: unknown) => {
          if (done === 'no') settle(() => reject(error as Error));
        },
      );
    });
  }

  private trip(key: string): void {
    if (this.stopped === 'yes') return;
    if (this.suspects.size < MOST_SUSPECTS) this.suspects.add(key);
    const before = this.memory;
    this.memory = reduceTrip(before, this.parts.ports.clock.nowMs());
    if (this.memory === before) return;
    this.totals.trips += 1;
    this.parts.log.note('away: each replica goes on by what it knows itself');
    this.abandonAll();
    this.scheduleNextProbe();
  }

  private abandonAll(): void {
    for (const abandon of [...this.waiting]) abandon();
  }

  private scheduleNextProbe(): void {
    this.scheduleProbe(planProbeDelayMs(this.memory, this.parts.ports.random.next()));
  }

  private scheduleProbe(delayMs: number): void {
    if (this.memory.state !== 'open' || this.stopped === 'yes') return;
    this.cancelProbe?.();
    this.cancelProbe = this.parts.ports.clock.after(delayMs, () => void this.probe());
  }

  private async probe(): Promise<void> {
    const { link, keys, ports, log } = this.parts;
    this.memory = reduceProbeStart(this.memory);
    let outcome: 'passed' | 'failed' = 'failed';
    try {
      if (link.status === 'ready') {
        // A write, because a replica that was left behind reads well and writes nothing.
        const probes = [...this.suspects].map((key) => {
          const args = [keys.probeBeside(key), '1', 'PX', 1000];
          const call = { key, send: () => link.send('SET', args), onLate: null };
          return this.race(call, () => undefined);
        });
        await Promise.all(probes);
        outcome = 'passed';
      }
    } catch {
      // Told when the breaker opened; the next probe follows.
    }
    this.memory = reduceProbeEnd(this.memory, outcome, ports.clock.nowMs());
    if (outcome === 'failed') {
      this.scheduleNextProbe();
      return;
    }
    this.suspects.clear();
    log.note('back: the replicas share again');
  }
}

const LAST_TURN_MS = 1;
/** Few Clusters have more servers, and more probes than servers prove nothing more. */
const MOST_SUSPECTS = 16;
