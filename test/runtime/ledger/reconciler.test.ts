import { EMPTY_DIGEST } from '../../../runtime/ledger/digest';
import type { Partition, PartitionDigest } from '../../../runtime/ledger/ledger-entry';
import { Reconciler } from '../../../runtime/ledger/reconciler';
import type { StoredPartition } from '../../../runtime/ledger/shipper';
import { PARTITION } from '../../support/ledger-builder';
import { ManualClock } from '../../support/manual-clock';

const DIGEST = { calls: 3, maxSeq: 3, microDollars: 300 };
const FORMER: Partition = { region: 'eu', boot: 'former' };

class Stage {
  readonly clock = new ManualClock();
  readonly forgotten: Partition[] = [];
  partitions: StoredPartition[] = [{ partition: PARTITION, digest: DIGEST }];
  unsettled = new Set<string>();
  stored: PartitionDigest = DIGEST;
  asked = 0;
  onRead: () => void = () => undefined;
  readonly reconciler: Reconciler;

  constructor() {
    const stage = this;
    this.reconciler = new Reconciler({
      shipper: {
        get storedPartitions() {
          return stage.partitions;
        },
        isUnsettled: ({ boot }) => this.unsettled.has(boot),
        forget: (partition) => this.forgotten.push(partition),
      },
      store: {
        readDigest: () => {
          this.asked += 1;
          this.onRead();
          return Promise.resolve(this.stored);
        },
      },
      own: PARTITION,
      clock: this.clock,
      random: { next: () => 0 },
    });
  }
}

describe('Reconciler', () => {
  it('finds no difference where the store holds what it was given', async () => {
    const { reconciler, clock } = new Stage();
    expect(reconciler.comparedAgoSeconds).toBeNull();
    await reconciler.reconcile();
    clock.advance(2_000);
    expect(reconciler.differences).toEqual([]);
    expect(reconciler.differenceMicroDollars).toBe(0);
    expect(reconciler.comparedAgoSeconds).toBe(2);
  });

  it('tells what is missing and what is too much, each by itself', async () => {
    const stage = new Stage();
    stage.partitions.push({ partition: FORMER, digest: EMPTY_DIGEST });
    stage.stored = { calls: 2, maxSeq: 3, microDollars: 200 };
    await stage.reconciler.reconcile();
    expect(stage.reconciler.differences).toEqual([
      { partition: PARTITION, expected: DIGEST, stored: stage.stored },
      { partition: FORMER, expected: EMPTY_DIGEST, stored: stage.stored },
    ]);
    expect(stage.reconciler.differenceMicroDollars).toBe(100 + 200);
    expect(stage.reconciler.gaps).toBe(1 + 2);
  });

  it('sees a difference go', async () => {
    const stage = new Stage();
    stage.stored = EMPTY_DIGEST;
    await stage.reconciler.reconcile();
    stage.stored = DIGEST;
    await stage.reconciler.reconcile();
    expect(stage.reconciler.differences).toEqual([]);
  });

  it('compares nothing of which it does not know whether it is stored', async () => {
    const stage = new Stage();
    stage.unsettled.add(PARTITION.boot);
    stage.stored = EMPTY_DIGEST;
    await stage.reconciler.reconcile();
    expect(stage.asked).toBe(0);
  });

  it('compares nothing to which something was added meanwhile', async () => {
    const stage = new Stage();
    stage.stored = { ...DIGEST, calls: 4 };
    stage.onRead = () => {
      stage.partitions = [{ partition: PARTITION, digest: { ...DIGEST, calls: 4 } }];
    };
    await stage.reconciler.reconcile();
    expect(stage.reconciler.differences).toEqual([]);
    expect(stage.reconciler.comparedAgoSeconds).toBeNull();
  });

  it('keeps the last comparison while the store is away', async () => {
    const stage = new Stage();
    stage.stored = EMPTY_DIGEST;
    await stage.reconciler.reconcile();
    stage.onRead = () => {
      throw new Error('away');
    };
    await stage.reconciler.reconcile();
    expect(stage.reconciler.differences).toHaveLength(1);
  });

  it('is done with a former boot once it agrees', async () => {
    const stage = new Stage();
    stage.partitions.push({ partition: FORMER, digest: DIGEST });
    await stage.reconciler.reconcile();
    expect(stage.forgotten).toEqual([FORMER]);
  });

  it('compares once a minute until it is stopped', async () => {
    const stage = new Stage();
    stage.reconciler.start();
    stage.reconciler.start();
    for (const expected of [1, 2]) {
      stage.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
      expect(stage.asked).toBe(expected);
    }
    stage.reconciler.stop();
    stage.clock.advance(120_000);
    expect(stage.asked).toBe(2);
  });
});
