import type { Cancel, Clock, Random } from '../ports';
import { isSameDigest } from './digest';
import type { LedgerStore, Partition, PartitionDigest } from './ledger-entry';
import type { Shipper, StoredPartition } from './shipper';

/** A partition of which the store does not hold what it was given. */
export interface LedgerDifference {
  readonly partition: Partition;
  readonly expected: PartitionDigest;
  readonly stored: PartitionDigest;
}

export interface ReconcilerParts {
  readonly shipper: Pick<Shipper, 'storedPartitions' | 'isUnsettled' | 'forget'>;
  readonly store: Pick<LedgerStore, 'readDigest'>;
  readonly own: Partition;
  readonly clock: Clock;
  readonly random: Random;
}

const EVERY_MS = 60_000;
const JITTER = 0.2;

/** Asks the store what it holds of the partitions that this process writes, and compares to the micro-dollar. */
export class Reconciler {
  private readonly differing = new Map<string, LedgerDifference>();
  private comparedMs: number | null = null;
  private cancelTimer: Cancel | null = null;
  private state: 'running' | 'stopped' = 'stopped';

  constructor(private readonly parts: ReconcilerParts) {}

  /** As of the last comparison that was possible. */
  get differences(): readonly LedgerDifference[] {
    return [...this.differing.values()];
  }

  /** Sum over partitions, without sign: too much here does not make up for too little there. */
  get differenceMicroDollars(): number {
    return this.differences.reduce(
      (sum, { expected, stored }) => sum + Math.abs(expected.microDollars - stored.microDollars),
      0,
    );
  }

  /** Calls that the store lacks, or has too many of. */
  get gaps(): number {
    return this.differences.reduce(
      (sum, { expected, stored }) => sum + Math.abs(expected.calls - stored.calls),
      0,
    );
  }

  /** Null: nothing could be compared yet. */
  get comparedAgoSeconds(): number | null {
    if (this.comparedMs === null) return null;
    return (this.parts.clock.nowMs() - this.comparedMs) / 1000;
  }

  start(): void {
    if (this.state === 'running') return;
    this.state = 'running';
    this.plan();
  }

  stop(): void {
    this.state = 'stopped';
    this.cancelTimer?.();
  }

  /** Compares all partitions that stand still meanwhile. Never rejects. */
  async reconcile(): Promise<void> {
    for (const expected of this.parts.shipper.storedPartitions) {
      try {
        await this.compare(expected);
      } catch {
        // The store is away, which it says itself. The last comparison stands.
        return;
      }
    }
  }

  private plan(): void {
    const { clock, random } = this.parts;
    this.cancelTimer = clock.after(EVERY_MS * (1 - JITTER * random.next()), () => {
      void this.reconcile().then(() => {
        if (this.state === 'running') this.plan();
      });
    });
  }

  private async compare(expected: StoredPartition): Promise<void> {
    const { shipper, store, own, clock } = this.parts;
    const { partition } = expected;
    if (shipper.isUnsettled(partition)) return;
    const stored = await store.readDigest(partition);
    // What was stored meanwhile is in the one figure and not in the other; the next turn compares again.
    const isStill = shipper.storedPartitions.includes(expected) && !shipper.isUnsettled(partition);
    if (!isStill) return;
    this.comparedMs = clock.nowMs();
    if (!isSameDigest(stored, expected.digest)) {
      this.differing.set(partition.boot, { partition, expected: expected.digest, stored });
      return;
    }
    this.differing.delete(partition.boot);
    if (partition.boot !== own.boot) shipper.forget(partition);
  }
}
