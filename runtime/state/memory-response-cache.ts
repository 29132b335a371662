import type { Clock } from '../ports';
import { MOST_ANSWER_BYTES } from './response-cache';
import type { ResponseCache, ResponseCacheCounts } from './response-cache';

interface Kept {
  readonly answer: Buffer;
  readonly untilMs: number;
}

/** Within one process: what there is without Redis. When it is full the answer that was used longest ago goes. */
export class MemoryResponseCache implements ResponseCache {
  /** Oldest use first. */
  private readonly keptByKey = new Map<string, Kept>();
  private bytes = 0;
  private totals = { hits: 0, misses: 0, writes: 0, tooLarge: 0, failures: 0 };

  constructor(
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly mostBytes: number,
  ) {}

  get counts(): ResponseCacheCounts {
    return this.totals;
  }

  read(key: string): Promise<Buffer | null> {
    const kept = this.keptByKey.get(key);
    if (kept === undefined || kept.untilMs <= this.clock.nowMs()) {
      this.drop(key);
      this.totals.misses += 1;
      return Promise.resolve(null);
    }
    this.keptByKey.delete(key);
    this.keptByKey.set(key, kept);
    this.totals.hits += 1;
    return Promise.resolve(kept.answer);
  }

  write(key: string, answer: Buffer, ttlMs: number): void {
    if (ttlMs <= 0) return;
    if (answer.length > Math.min(MOST_ANSWER_BYTES, this.mostBytes)) {
      this.totals.tooLarge += 1;
      return;
    }
    this.drop(key);
    this.keptByKey.set(key, { answer, untilMs: this.clock.nowMs() + ttlMs });
    this.bytes += answer.length;
    this.totals.writes += 1;
    for (const oldest of this.keptByKey.keys()) {
      if (this.bytes <= this.mostBytes) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const kept = this.keptByKey.get(key);
    if (kept === undefined) return;
    this.keptByKey.delete(key);
    this.bytes -= kept.answer.length;
  }
}
