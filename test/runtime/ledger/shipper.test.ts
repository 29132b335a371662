import { MemorySpool } from '../../../runtime/ledger/memory-spool';
import { Shipper } from '../../../runtime/ledger/shipper';
import { entry, entries, ModelStore, PARTITION } from '../../support/ledger-builder';
import type { WriteResult } from '../../support/ledger-builder';
import { ManualClock } from '../../support/manual-clock';

interface Stage {
  readonly clock: ManualClock;
  readonly spool: MemorySpool;
  readonly store: ModelStore;
  readonly shipper: Shipper;
}

function createStage(answer: (attempt: number) => WriteResult = () => 'stored'): Stage {
  const clock = new ManualClock();
  const spool = new MemorySpool(PARTITION);
  const store = new ModelStore(answer);
  const shipper = new Shipper({ spool, store, clock, random: { next: () => 0 } });
  return { clock, spool, store, shipper };
}

/** Lets everything happen that waits for no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(clock: ManualClock, milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await settle();
}

describe('Shipper', () => {
  it('stores what was appended within a second', async () => {
    const { clock, spool, store, shipper } = createStage();
    shipper.start();
    await pass(clock, 1_000);
    for (const one of entries(1, 3)) spool.append(one);
    await pass(clock, 999);
    expect(store.attempts).toBe(0);
    await pass(clock, 1);
    expect(store.ofBoot(PARTITION.boot)).toEqual(entries(1, 3));
    expect(shipper.pendingEntries).toBe(0);
    expect(shipper.pendingBytes).toBe(0);
    expect(shipper.storedPartitions).toEqual([
      { partition: PARTITION, digest: { calls: 3, maxSeq: 3, microDollars: 300 } },
    ]);
  });

  it('comes again after a failure, later each time and never later than 15 seconds', async () => {
    const { clock, spool, store, shipper } = createStage(() => 'refused');
    spool.append(entry(1));
    shipper.start();
    await pass(clock, 1_000);
    const waits: number[] = [];
    while (waits.length < 8) {
      const { attempts } = store;
      let waited = 0;
      while (store.attempts === attempts) {
        await pass(clock, 500);
        waited += 500;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(shipper.failuresInARow).toBe(9);
  });

  it('spreads its waits, so that replicas do not come together', async () => {
    const clock = new ManualClock();
    const spool = new MemorySpool(PARTITION);
    const store = new ModelStore();
    const shipper = new Shipper({ spool, store, clock, random: { next: () => 0.5 } });
    shipper.start();
    spool.append(entry(1));
    await pass(clock, 750);
    expect(store.attempts).toBe(1);
  });

  it('sends the same batch again when the answer was lost, before any other', async () => {
    const { clock, spool, store, shipper } = createStage((attempt) =>
      attempt === 1 ? 'lost-ack' : 'stored',
    );
    spool.append(entry(1));
    shipper.start();
    await pass(clock, 1_000);
    expect(shipper.isUnsettled(PARTITION)).toBe(true);
    spool.append(entry(2));
    await pass(clock, 500);
    expect(shipper.isUnsettled(PARTITION)).toBe(false);
    expect(store.attempts).toBe(3);
    expect(store.ofBoot(PARTITION.boot)).toEqual(entries(1, 2));
  });

  it('does not wait out its time when it is told that the store works', async () => {
    const { clock, spool, store, shipper } = createStage((attempt) =>
      attempt < 6 ? 'refused' : 'stored',
    );
    spool.append(entry(1));
    shipper.start();
    await pass(clock, 1_000 + 500 + 1_000 + 2_000 + 4_000);
    while (store.attempts < 5) await pass(clock, 1_000);
    shipper.hurry();
    await pass(clock, 1_000);
    expect(shipper.pendingEntries).toBe(0);
  });

  it('tells how long the oldest call waits', async () => {
    const { clock, spool, shipper } = createStage();
    expect(shipper.oldestAgeSeconds).toBe(0);
    spool.append(entry(1, { endedAtMs: clock.wallMs() }));
    clock.advance(7_000);
    expect(shipper.oldestAgeSeconds).toBe(7);
    await settle();
  });

  it('stores the rest when it is stopped, and nothing afterwards', async () => {
    const { clock, spool, store, shipper } = createStage();
    shipper.start();
    spool.append(entry(1));
    await expect(shipper.stop(1_000)).resolves.toBe('stored');
    expect(store.ofBoot(PARTITION.boot)).toHaveLength(1);
    spool.append(entry(2));
    await pass(clock, 60_000);
    expect(store.attempts).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('leaves the rest to the spool when the store does not take it, or not in time', async () => {
    const refusing = createStage(() => 'refused');
    refusing.spool.append(entry(1));
    await expect(refusing.shipper.stop(1_000)).resolves.toBe('left');
    const hanging = createStage();
    hanging.store.write = () => new Promise(() => undefined);
    hanging.spool.append(entry(1));
    const stopped = hanging.shipper.stop(1_000);
    await pass(hanging.clock, 1_000);
    await expect(stopped).resolves.toBe('left');
  });
});
