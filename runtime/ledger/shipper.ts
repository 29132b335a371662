import type { Cancel, Clock, Random } from '../ports';
import type { LedgerBatch, LedgerStore, Partition, PartitionDigest } from './ledger-entry';
import type { Spool } from './spool';

export interface ShipperParts {
  readonly spool: Spool;
  readonly store: Pick<LedgerStore, 'write'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** What is known to be stored of a partition. */
export interface StoredPartition {
  readonly partition: Partition;
  readonly digest: PartitionDigest;
}

/** New entries are gathered for so long. */
const GATHER_MS = 1_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** Without new entries: to find what another replica left in the folder. */
const IDLE_MS = 30_000;
/** Delays vary by so much, or all replicas would come to a restarted store at once. */
const JITTER = 0.5;

/** Carries entries from the spool to the store, in order and one batch at a time, and tries as long as it takes. */
export class Shipper {
  private readonly stored = new Map<string, StoredPartition>();
  private unacknowledged: LedgerBatch | null = null;
  private failures = 0;
  private state: 'idle' | 'running' | 'stopped' = 'idle';
  private cancelTimer: Cancel | null = null;
  private waits: 'for-entries' | 'to-gather' | 'to-retry' = 'for-entries';
  private shipping: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ShipperParts) {
    parts.spool.listen(() => {
      if (this.waits === 'for-entries') this.plan('to-gather');
    });
  }

  /** Failed attempts in a row; 0: the store takes entries. */
  get failuresInARow(): number {
    return this.failures;
  }

  /** Age of the oldest call that is not stored. */
  get oldestAgeSeconds(): number {
    const { oldestAtMs } = this.parts.spool.status;
    if (oldestAtMs === null) return 0;
    return Math.max(0, (this.parts.clock.wallMs() - oldestAtMs) / 1000);
  }

  get pendingEntries(): number {
    return this.parts.spool.status.pendingEntries;
  }

  get pendingBytes(): number {
    return this.parts.spool.status.pendingBytes;
  }

  /** Every partition of which this process has stored something. */
  get storedPartitions(): readonly StoredPartition[] {
    return [...this.stored.values()];
  }

  /** Whether a batch of the partition may be stored without our knowing. */
  isUnsettled(partition: Partition): boolean {
    return this.unacknowledged?.partition.boot === partition.boot;
  }

  /** A former boot is done with. */
  forget(partition: Partition): void {
    this.stored.delete(partition.boot);
  }

  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'running';
    this.plan('to-gather');
  }

  /** The store is believed to work again: tries now instead of at the end of the wait. */
  hurry(): void {
    if (this.state !== 'running' || this.waits !== 'to-retry') return;
    this.failures = 0;
    this.plan('to-gather');
  }

  /** Stores what it can within the bound; the spool keeps the rest. */
  async stop(withinMs: number): Promise<'stored' | 'left'> {
    this.state = 'stopped';
    this.cancelTimer?.();
    const { clock } = this.parts;
    return new Promise((resolve) => {
      const cancel = clock.after(withinMs, () => resolve('left'));
      this.failures = 0;
      this.shipping = this.shipping.then(() => this.shipAll());
      void this.shipping.then(() => {
        cancel();
        resolve(this.failures === 0 ? 'stored' : 'left');
      });
    });
  }

  private plan(waits: Shipper['waits']): void {
    if (this.state !== 'running') return;
    this.cancelTimer?.();
    this.waits = waits;
    this.cancelTimer = this.parts.clock.after(this.planDelayMs(waits), () => {
      this.cancelTimer = null;
      this.shipping = this.shipping.then(() => this.shipAll()).then(() => this.planNext());
    });
  }

  private planNext(): void {
    if (this.failures > 0) this.plan('to-retry');
    else this.plan(this.pendingEntries > 0 ? 'to-gather' : 'for-entries');
  }

  private planDelayMs(waits: Shipper['waits']): number {
    const jitter = 1 - JITTER * this.parts.random.next();
    switch (waits) {
      case 'for-entries':
        return IDLE_MS * jitter;
      case 'to-gather':
        return GATHER_MS * jitter;
      case 'to-retry': {
        const exponent = Math.min(this.failures - 1, 10);
        return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** exponent) * jitter;
      }
    }
  }

  /** Until nothing is left, or the store fails. Never rejects. */
  private async shipAll(): Promise<void> {
    const { spool, store } = this.parts;
    try {
      for (;;) {
        const batch = await spool.next();
        if (batch === null) break;
        this.unacknowledged = batch;
        await store.write(batch);
        this.unacknowledged = null;
        const { partition, digest } = batch;
        this.stored.set(partition.boot, { partition, digest });
        await spool.acknowledge(batch);
      }
      this.failures = 0;
    } catch {
      // Whoever fails says so in its own words; here it only means to come again.
      this.failures += 1;
    }
  }
}
