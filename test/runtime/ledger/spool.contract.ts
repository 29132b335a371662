import fc from 'fast-check';
import { isSameDigest } from '../../../runtime/ledger/digest';
import type { Spool } from '../../../runtime/ledger/spool';
import { entries, entry, ModelStore, PARTITION } from '../../support/ledger-builder';
import type { WriteResult } from '../../support/ledger-builder';

/** What a suite gives: a new spool that adds entries up as soon as it holds more than a few. */
export interface SpoolFixture {
  createSpool(): Promise<Spool>;
}

const KEYS = ['a', 'b', 'c'];

const STEPS = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 30 }) }),
    fc.record({
      kind: fc.constant('ship' as const),
      result: fc.constantFrom<WriteResult>('stored', 'lost-ack', 'refused'),
    }),
    fc.record({ kind: fc.constant('flush' as const) }),
  ),
  { maxLength: 25 },
);

/** One try at the oldest batch. */
async function ship(spool: Spool, store: ModelStore): Promise<'shipped' | 'failed' | 'empty'> {
  const batch = await spool.next();
  if (batch === null) return 'empty';
  try {
    await store.write(batch);
  } catch {
    return 'failed';
  }
  await spool.acknowledge(batch);
  return 'shipped';
}

/** What every spool promises. */
export function describeSpool(name: string, { createSpool }: SpoolFixture): void {
  describe(`${name} as a spool`, () => {
    it('gives what was appended, once, with the digest of all up to its end', async () => {
      const spool = await createSpool();
      const all = entries(1, 5);
      for (const one of all) spool.append(one);
      const batch = await spool.next();
      expect(batch).toEqual({
        partition: PARTITION,
        entries: all,
        digest: { calls: 5, maxSeq: 5, microDollars: 500 },
      });
      if (batch !== null) await spool.acknowledge(batch);
      await expect(spool.next()).resolves.toBeNull();
      await spool.stop();
    });

    it('gives the same batch again until it is acknowledged', async () => {
      const spool = await createSpool();
      spool.append(entry(1));
      const batch = await spool.next();
      spool.append(entry(2));
      await expect(spool.next()).resolves.toEqual(batch);
      if (batch !== null) await spool.acknowledge(batch);
      await expect(spool.next()).resolves.toMatchObject({ entries: [entry(2)] });
      await spool.stop();
    });

    it('says what waits, and since when', async () => {
      const spool = await createSpool();
      expect(spool.status).toMatchObject({ pendingEntries: 0, pendingBytes: 0, oldestAtMs: null });
      spool.append(entry(1, { endedAtMs: 5_000 }));
      spool.append(entry(2, { endedAtMs: 6_000 }));
      expect(spool.status).toMatchObject({ pendingEntries: 2, oldestAtMs: 5_000 });
      expect(spool.status.pendingBytes).toBeGreaterThan(0);
      await spool.flush();
      expect(spool.status).toMatchObject({ pendingEntries: 2, oldestAtMs: 5_000 });
      const store = new ModelStore();
      while ((await ship(spool, store)) === 'shipped');
      expect(spool.status).toMatchObject({ pendingEntries: 0, oldestAtMs: null });
      await spool.stop();
    });

    it('tells of each append', async () => {
      const spool = await createSpool();
      let told = 0;
      spool.listen(() => {
        told += 1;
      });
      spool.append(entry(1));
      expect(told).toBe(1);
      await spool.flush();
      await spool.stop();
    });

    it('confirms an entry once it is stored, at the latest', async () => {
      const spool = await createSpool();
      const safe = spool.appendDurably(entry(1));
      await ship(spool, new ModelStore());
      await expect(safe).resolves.toBeUndefined();
      await spool.stop();
    });

    it('stores each call once, whatever acknowledgements are lost and entries are added up', async () => {
      await fc.assert(
        fc.asyncProperty(STEPS, async (steps) => {
          const spool = await createSpool();
          let result: WriteResult = 'stored';
          const store = new ModelStore(() => result);
          let seq = 0;
          let microDollars = 0;
          for (const step of steps) {
            switch (step.kind) {
              case 'append':
                for (let count = 0; count < step.count; count += 1) {
                  seq += 1;
                  microDollars += seq;
                  spool.append(
                    entry(seq, { keyId: KEYS[seq % KEYS.length] ?? null, microDollars: seq }),
                  );
                }
                break;
              case 'ship':
                result = step.result;
                await ship(spool, store);
                break;
              case 'flush':
                await spool.flush();
            }
          }
          result = 'stored';
          while ((await ship(spool, store)) === 'shipped');
          const stored = await store.readDigest(PARTITION);
          expect(isSameDigest(stored, { calls: seq, maxSeq: seq, microDollars })).toBe(true);
          await spool.stop();
        }),
        { numRuns: 60 },
      );
    });
  });
}
