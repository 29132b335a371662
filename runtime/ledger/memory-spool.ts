import { EMPTY_DIGEST, reduceDigest } from './digest';
import { ENTRY_BYTES, EntryQueue } from './entry-queue';
import type { LedgerBatch, LedgerEntry, Partition, PartitionDigest } from './ledger-entry';
import { SEGMENT_LIMITS } from './segment';
import type { Spool, SpoolStatus } from './spool';
import { SeqWaiters } from './seq-waiters';

const MOST_ENTRIES = 100_000;

/** A spool where there is no folder for one. A crash loses what is not stored yet; a proper stop ships it first. */
export class MemorySpool implements Spool {
  private readonly queue: EntryQueue;
  private digest: PartitionDigest = EMPTY_DIGEST;
  private batch: LedgerBatch | null = null;
  private listener: () => void = () => undefined;
  private readonly waiters = new SeqWaiters();

  constructor(
    readonly partition: Partition,
    { mostEntries = MOST_ENTRIES }: { readonly mostEntries?: number } = {},
  ) {
    this.queue = new EntryQueue(mostEntries);
  }

  get status(): SpoolStatus {
    const pendingEntries = this.queue.length + (this.batch?.entries.length ?? 0);
    return {
      home: 'memory',
      pendingEntries,
      pendingBytes: pendingEntries * ENTRY_BYTES,
      oldestAtMs: this.batch?.entries[0]?.endedAtMs ?? this.queue.oldestAtMs,
      compactedEntries: this.queue.compacted,
      corruptRecords: 0,
      tornTails: 0,
      lostCalls: 0,
      strandedSegments: 0,
    };
  }

  append(entry: LedgerEntry): void {
    this.queue.push(entry);
    this.listener();
  }

  appendDurably(entry: LedgerEntry): Promise<void> {
    this.append(entry);
    return this.waiters.wait(entry.seq);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  next(): Promise<LedgerBatch | null> {
    if (this.batch === null && this.queue.length > 0) {
      const entries = this.queue.take(SEGMENT_LIMITS.entries);
      this.digest = reduceDigest(this.digest, entries);
      this.batch = { partition: this.partition, entries, digest: this.digest };
    }
    return Promise.resolve(this.batch);
  }

  acknowledge(batch: LedgerBatch): Promise<void> {
    if (this.batch !== batch) return Promise.resolve();
    this.batch = null;
    this.waiters.release(Math.min(batch.digest.maxSeq, (this.queue.lowestSeq ?? Infinity) - 1));
    return Promise.resolve();
  }

  /** What a former boot had in memory went with it. */
  formerSpend(): number {
    return 0;
  }

  listen(listener: () => void): void {
    this.listener = listener;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
