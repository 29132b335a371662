import type { LedgerBatch, LedgerEntry, Partition, SpendScope } from './ledger-entry';

/**
 * Where entries wait until they are stored. Appending never waits, never throws and needs nothing but this machine, so
 * that a request can be answered while every server is away.
 */
export interface Spool {
  readonly partition: Partition;
  append(entry: LedgerEntry): void;
  /** Resolves once no crash of the process or the machine can lose the entry: it is on the disk, or stored. */
  appendDurably(entry: LedgerEntry): Promise<void>;
  /** Resolves once all that was appended is written, as far as there is anything to write to. */
  flush(): Promise<void>;
  /**
   * The oldest entries, to be stored as they are; null: there are none. From now on they stay together: whether the store
   * has them is unknown until they are acknowledged, and only as the same whole can they be told apart from others.
   */
  next(): Promise<LedgerBatch | null>;
  /** The batch that `next` gave is stored. */
  acknowledge(batch: LedgerBatch): Promise<void>;
  /** Spent by former boots, and still waiting here. Unit: millionths of a US dollar. */
  formerSpend(scope: SpendScope): number;
  /** Calls back after each append. */
  listen(listener: () => void): void;
  readonly status: SpoolStatus;
  /** Leaves what is not stored for the next start. */
  stop(): Promise<void>;
}

export interface SpoolStatus {
  /** Where new entries go: `memory` also while a disk takes nothing. */
  readonly home: 'disk' | 'memory';
  readonly pendingEntries: number;
  readonly pendingBytes: number;
  /** When the oldest call that is not stored ended. Unit: milliseconds since 1970; null: nothing waits. */
  readonly oldestAtMs: number | null;
  /** Entries that were added to others to save space, since the start. */
  readonly compactedEntries: number;
  /** Records that were changed on the disk after they were written, since the start. */
  readonly corruptRecords: number;
  /** Files whose last record was cut off by a crash, since the start. */
  readonly tornTails: number;
  /** Calls that a former boot had counted and that are in none of its files. */
  readonly lostCalls: number;
  /** Files of former boots that cannot be read, and that nobody stores. */
  readonly strandedSegments: number;
}
