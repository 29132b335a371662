import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describeOwner, readOwner, writeOwner } from '../../../runtime/ledger/boot-owner';
import { EMPTY_DIGEST, isSameDigest } from '../../../runtime/ledger/digest';
import { systemDisk } from '../../../runtime/ledger/disk';
import { FileSpool } from '../../../runtime/ledger/file-spool';
import type { FileSpoolParts } from '../../../runtime/ledger/file-spool';
import type { LedgerBatch, LedgerEntry } from '../../../runtime/ledger/ledger-entry';
import { renderSegment } from '../../../runtime/ledger/segment';
import type { Spool } from '../../../runtime/ledger/spool';
import { entries, entry, ModelStore, PARTITION } from '../../support/ledger-builder';
import { ManualClock } from '../../support/manual-clock';
import { createSpoolFolder, FaultyDisk, forgeDeath } from '../../support/spool-folder';
import { describeSpool } from './spool.contract';

interface Stage {
  readonly spool: FileSpool;
  readonly folder: string;
  readonly clock: ManualClock;
  readonly warnings: string[];
}

async function start(given: Partial<FileSpoolParts> = {}): Promise<Stage> {
  const folder = given.folder ?? createSpoolFolder();
  const clock = new ManualClock();
  const warnings: string[] = [];
  const spool = new FileSpool({
    folder,
    partition: PARTITION,
    clock,
    warn: (message) => warnings.push(message),
    ...given,
  });
  await spool.start();
  return { spool, folder, clock, warnings };
}

async function drain(spool: Spool): Promise<LedgerBatch[]> {
  const batches: LedgerBatch[] = [];
  for (;;) {
    const batch = await spool.next();
    if (batch === null) return batches;
    batches.push(batch);
    await spool.acknowledge(batch);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function seqsOf(batches: readonly LedgerBatch[]): number[] {
  return batches.flatMap(({ entries: given }) => given.map(({ seq }) => seq));
}

/** Leaves a boot that ended without a word, with these entries on the disk. */
async function leaveBoot(folder: string, given: readonly LedgerEntry[]): Promise<string> {
  const partition = { region: 'eu', boot: 'former' };
  const disk = new FaultyDisk();
  const { spool } = await start({ folder, partition, disk });
  for (const one of given) spool.append(one);
  await spool.flush();
  await disk.closeAll();
  const bootFolder = join(folder, 'former');
  await forgeDeath(bootFolder);
  return bootFolder;
}

/** Adds entries up all the time, in many small segments. */
const TIGHT = { mostBytes: 8_000, mostEntriesInSegment: 8 };
const SEGMENT = '0000000001-0000000001.segment';

describeSpool('FileSpool', {
  createSpool: async () => (await start(TIGHT)).spool,
});

describe('FileSpool', () => {
  it('makes entries durable 50 ms after they were written', async () => {
    const disk = new FaultyDisk();
    const { spool, clock } = await start({ disk });
    const before = disk.syncs;
    spool.append(entry(1));
    // One timer beats, the other one syncs.
    while (clock.waiting < 2) await turn();
    clock.advance(49);
    expect(disk.syncs).toBe(before);
    clock.advance(1);
    while (disk.syncs === before) await turn();
    await spool.stop();
  });

  it('confirms an entry after it was made durable, without waiting for others', async () => {
    const disk = new FaultyDisk();
    const { spool, clock } = await start({ disk });
    const before = disk.syncs;
    let syncs = 0;
    const safe = spool.appendDurably(entry(1)).then(() => (syncs = disk.syncs));
    while (clock.waiting < 2) await turn();
    expect(syncs).toBe(0);
    clock.advance(0);
    await safe;
    expect(syncs).toBe(before + 1);
    await spool.stop();
  });

  it('leaves nothing behind when all is stored', async () => {
    const { spool, folder } = await start();
    spool.append(entry(1));
    await drain(spool);
    await spool.stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps what is not stored for the next start, which takes it over', async () => {
    const first = await start({ partition: { region: 'eu', boot: 'former' } });
    for (const one of entries(1, 3)) first.spool.append(one);
    await first.spool.stop();
    const { spool, folder } = await start({ folder: first.folder });
    spool.append(entry(1));
    expect(await drain(spool)).toMatchObject([
      { partition: { boot: 'former' }, entries: entries(1, 3), digest: { calls: 3 } },
      { partition: PARTITION, entries: [entry(1)] },
    ]);
    expect(existsSync(join(folder, 'former'))).toBe(false);
    await spool.stop();
  });

  it('leaves the folder of a process that lives alone', async () => {
    const first = await start({ partition: { region: 'eu', boot: 'former' } });
    first.spool.append(entry(1));
    await first.spool.flush();
    const { spool } = await start({ folder: first.folder });
    expect(await drain(spool)).toEqual([]);
    await spool.stop();
    await first.spool.stop();
  });

  it('counts what former boots spent until it is stored', async () => {
    const { spool: first, folder } = await start();
    await first.stop();
    await leaveBoot(folder, entries(1, 2, { keyId: 'payer', microDollars: 50 }));
    const { spool } = await start({ folder, partition: { region: 'eu', boot: 'boot-2' } });
    const scope = { kind: 'key', id: 'payer', group: null, sinceMs: 0, region: 'eu' } as const;
    expect(spool.formerSpend(scope)).toBe(100);
    const batch = await spool.next();
    expect(spool.formerSpend(scope)).toBe(100);
    if (batch !== null) await spool.acknowledge(batch);
    expect(spool.formerSpend(scope)).toBe(0);
    await spool.stop();
  });

  it('takes over what another replica leaves while it runs', async () => {
    const { spool, folder, clock } = await start();
    await leaveBoot(folder, entries(1, 2));
    expect(await drain(spool)).toEqual([]);
    clock.advance(31_000);
    expect(seqsOf(await drain(spool))).toEqual([1, 2]);
    await spool.stop();
  });

  it('cuts off the torn tail of a boot that was killed, and ships the rest', async () => {
    const folder = createSpoolFolder();
    const bootFolder = await leaveBoot(folder, entries(1, 3));
    appendFileSync(join(bootFolder, SEGMENT), Buffer.from([1, 2, 3]));
    const { spool } = await start({ folder });
    expect(seqsOf(await drain(spool))).toEqual([1, 2, 3]);
    expect(spool.status).toMatchObject({ tornTails: 1, corruptRecords: 0, lostCalls: 0 });
    await spool.stop();
  });

  it('loses the one record that was changed on the disk, keeps the file, and ships all others', async () => {
    const folder = createSpoolFolder();
    const bootFolder = await leaveBoot(folder, entries(1, 3));
    const path = join(bootFolder, SEGMENT);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('call-2')] = 0x58;
    writeFileSync(path, bytes);
    const { spool, warnings } = await start({ folder });
    expect(seqsOf(await drain(spool))).toEqual([1, 3]);
    expect(spool.status).toMatchObject({ tornTails: 0, corruptRecords: 1, lostCalls: 1 });
    expect(warnings).toEqual([
      `spool: ${path}.corrupt was changed on the disk; what can be read of it goes on`,
      `spool: 1 calls of ${bootFolder} are in none of its files`,
    ]);
    expect(existsSync(`${path}.corrupt`)).toBe(true);
    await spool.stop();
  });

  it('ships all of a segment whose first record, which says whose it is, was changed', async () => {
    const folder = createSpoolFolder();
    const path = join(await leaveBoot(folder, entries(1, 3)), SEGMENT);
    const bytes = readFileSync(path);
    bytes[20] = 0x58;
    writeFileSync(path, bytes);
    const { spool } = await start({ folder });
    expect(seqsOf(await drain(spool))).toEqual([1, 2, 3]);
    expect(spool.status).toMatchObject({ corruptRecords: 1, lostCalls: 0 });
    await spool.stop();
  });

  it.each(['write', 'all'] as const)(
    'ships what a former boot left on a disk that is full now (%s)',
    async (on) => {
      const folder = createSpoolFolder();
      const bootFolder = await leaveBoot(folder, entries(1, 700));
      const path = join(bootFolder, SEGMENT);
      appendFileSync(path, Buffer.from([1, 2, 3]));
      const disk = new FaultyDisk();
      disk.fault = { on, code: 'ENOSPC' };
      const { spool } = await start({ folder, disk });
      expect(spool.status).toMatchObject({ home: 'memory', pendingEntries: 700 });
      spool.append(entry(1));
      expect(await drain(spool)).toMatchObject([
        { partition: { boot: 'former' }, entries: entries(1, 700) },
        { partition: PARTITION, entries: [entry(1)] },
      ]);
      // Room is made by what is stored.
      expect(existsSync(path)).toBe(false);
      await spool.stop();
    },
  );

  it('keeps what a full disk holds although it cannot say that it has taken it over', async () => {
    const folder = createSpoolFolder();
    await leaveBoot(folder, entries(1, 3));
    const disk = new FaultyDisk();
    disk.fault = { on: 'all', code: 'ENOSPC' };
    const { spool, clock } = await start({ folder, disk });
    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(15_000);
      await spool.flush();
    }
    expect(seqsOf(await drain(spool))).toEqual([1, 2, 3]);
    await spool.stop();
  });

  it('ships the others when one boot cannot be read, and counts what is stranded', async () => {
    const folder = createSpoolFolder();
    const bootFolder = await leaveBoot(folder, entries(1, 3));
    renameSync(bootFolder, join(folder, 'broken'));
    await leaveBoot(folder, entries(1, 2));
    await forgeDeath(join(folder, 'broken'));
    class BrokenDisk extends FaultyDisk {
      override readonly read = (path: string): Promise<Buffer> =>
        path.includes('broken') && path.endsWith('.segment')
          ? Promise.reject(Object.assign(new Error('bad sector'), { code: 'EIO' }))
          : readFile(path);
    }
    const { spool, warnings } = await start({ folder, disk: new BrokenDisk() });
    expect(seqsOf(await drain(spool))).toEqual([1, 2]);
    expect(spool.status.strandedSegments).toBe(1);
    expect(warnings).toEqual([
      'spool: 1 files that former gateways left cannot be read (EIO); what they spent is not stored',
    ]);
    await spool.stop();
  });

  describe('after it was frozen, and taken for gone by another', () => {
    const store = new ModelStore(() => 'stored');
    let frozen: Stage;
    let heir: Stage;
    let home: string;

    beforeEach(async () => {
      frozen = await start({ partition: { region: 'eu', boot: 'frozen' } });
      for (const one of entries(1, 3)) frozen.spool.append(one);
      await frozen.spool.flush();
      home = join(frozen.folder, 'frozen');
      // As it looks from a container whose processes cannot be seen.
      await writeOwner(systemDisk, home, {
        ...describeOwner('frozen', frozen.clock.wallMs()),
        processNamespace: null,
      });
      heir = await start({ folder: frozen.folder, partition: { region: 'eu', boot: 'heir' } });
      heir.clock.advance(90_000);
    });

    afterEach(async () => {
      await frozen.spool.stop();
      await heir.spool.stop();
    });

    async function ship({ spool }: Stage): Promise<readonly LedgerBatch[]> {
      const batches = await drain(spool);
      for (const batch of batches) await store.write(batch);
      return batches;
    }

    it('leaves its folder to the other, and goes on in a new one', async () => {
      expect(seqsOf(await ship(heir))).toEqual([1, 2, 3]);
      frozen.clock.advance(125_000);
      frozen.spool.append(entry(4));
      await frozen.spool.flush();
      expect(seqsOf(await ship(frozen))).toEqual([4]);
      expect(frozen.warnings).toEqual([
        `spool: ${home} was taken over while this gateway was silent; it goes on in ${home}-2`,
      ]);
      expect(await store.readDigest({ region: 'eu', boot: 'frozen' })).toMatchObject({ calls: 4 });
      expect(frozen.spool.status).toMatchObject({ home: 'disk', corruptRecords: 0 });
    });

    it('writes nothing into a folder that the other still holds', async () => {
      const batch = await heir.spool.next();
      frozen.clock.advance(125_000);
      frozen.spool.append(entry(4));
      await frozen.spool.flush();
      frozen.clock.advance(125_000);
      await frozen.spool.flush();
      expect(await readOwner(systemDisk, home)).toMatchObject({ boot: 'heir' });
      expect(readdirSync(home)).toEqual([SEGMENT, 'owner.json']);
      expect(seqsOf(await ship(frozen))).toEqual([4]);
      expect(batch?.entries).toEqual(entries(1, 3));
      expect(seqsOf(await ship(heir))).toEqual([1, 2, 3]);
      expect(heir.warnings).toEqual([]);
    });

    it('gives up what it had taken over itself, when that is another\u2019s by now', async () => {
      await writeOwner(systemDisk, home, describeOwner('third', 0));
      heir.clock.advance(90_000);
      await heir.spool.flush();
      expect(await drain(heir.spool)).toEqual([]);
      expect(await readOwner(systemDisk, home)).toMatchObject({ boot: 'third' });
    });
  });

  it.each(['ENOSPC', 'EIO'])('goes on in memory at %s, and returns to the disk', async (code) => {
    const disk = new FaultyDisk();
    const { spool, clock, warnings } = await start({ disk });
    spool.append(entry(1));
    await spool.flush();
    disk.fault = { on: 'write', code };
    for (const one of entries(2, 4)) spool.append(one);
    await spool.flush();
    expect(spool.status).toMatchObject({ home: 'memory', pendingEntries: 4 });
    disk.fault = null;
    clock.advance(1_000);
    await spool.flush();
    expect(spool.status).toMatchObject({ home: 'disk', pendingEntries: 4 });
    expect(warnings).toEqual([
      `spool: the disk fails (${code}); entries wait in memory until it works`,
      'spool: the disk takes entries again',
    ]);
    expect(seqsOf(await drain(spool))).toEqual([1, 2, 3, 4]);
    await spool.stop();
  });

  it('writes again what a failed sync may have lost', async () => {
    const disk = new FaultyDisk();
    const { spool, clock } = await start({ disk });
    disk.fault = { on: 'sync', code: 'EIO' };
    const safe = spool.appendDurably(entry(1));
    await spool.flush();
    disk.fault = null;
    expect(spool.status).toMatchObject({ home: 'memory', pendingEntries: 1 });
    clock.advance(1_000);
    await spool.flush();
    await safe;
    expect(seqsOf(await drain(spool))).toEqual([1]);
    await spool.stop();
  });

  it('ships from memory while the disk takes nothing', async () => {
    const disk = new FaultyDisk();
    disk.fault = { on: 'all', code: 'EROFS' };
    const { spool } = await start({ disk, mostEntriesInMemory: 3 });
    for (const one of entries(1, 8)) spool.append(one);
    const safe = spool.appendDurably(entry(9));
    const batches = await drain(spool);
    expect(batches.at(-1)?.digest).toEqual({ calls: 9, maxSeq: 9, microDollars: 900 });
    await safe;
    await spool.stop();
  });

  it('writes down what waited in memory as soon as the disk works, as the whole that was tried', async () => {
    const disk = new FaultyDisk();
    disk.fault = { on: 'all', code: 'EROFS' };
    const { spool, clock, folder } = await start({ disk });
    for (const one of entries(1, 3)) spool.append(one);
    const tried = await spool.next();
    spool.append(entry(4));
    disk.fault = null;
    clock.advance(1_000);
    await spool.flush();
    await disk.closeAll();
    await forgeDeath(join(folder, PARTITION.boot));
    const next = await start({ folder, partition: { region: 'eu', boot: 'boot-2' } });
    expect((await drain(next.spool)).map((batch) => batch.entries)).toEqual([
      tried?.entries,
      [entry(4)],
    ]);
    await next.spool.stop();
  });

  it('counts the calls that are in no file of a boot', async () => {
    const folder = createSpoolFolder();
    const disk = new FaultyDisk();
    const partition = { region: 'eu', boot: 'former' };
    const former = await start({ folder, partition, disk });
    for (const seq of [1, 2, 3]) {
      former.spool.append(entry(seq));
      // Ends a segment, which nobody stores.
      await former.spool.flush();
      if (seq === 1) await former.spool.next();
    }
    await disk.closeAll();
    const names = readdirSync(join(folder, 'former')).filter((name) => name.endsWith('.segment'));
    expect(names).toHaveLength(2);
    await forgeDeath(join(folder, 'former'));
    const path = join(folder, 'former', SEGMENT);
    // Its entry gone, with nothing to show that it was ever there.
    writeFileSync(path, renderSegment({ partition, before: EMPTY_DIGEST }, []));
    const { spool, warnings } = await start({ folder });
    expect(spool.status.lostCalls).toBe(1);
    expect(warnings).toEqual([
      `spool: 1 calls of ${join(folder, 'former')} are in none of its files`,
    ]);
    expect(seqsOf(await drain(spool))).toEqual([2, 3]);
    await spool.stop();
  });

  it('keeps within its bound by adding up, oldest first', async () => {
    const { spool } = await start({ mostBytes: 3 * 1024 * 1024 });
    for (const one of entries(1, 12_000)) spool.append(one);
    await spool.flush();
    const { pendingBytes, compactedEntries } = spool.status;
    expect(pendingBytes).toBeLessThan(3 * 1024 * 1024);
    expect(compactedEntries).toBeGreaterThan(5_000);
    const batches = await drain(spool);
    expect(batches.at(-1)?.digest).toEqual({
      calls: 12_000,
      maxSeq: 12_000,
      microDollars: 1_200_000,
    });
    await spool.stop();
  });

  it('never adds up units that may be stored with others', async () => {
    const folder = createSpoolFolder();
    const disk = new FaultyDisk();
    const partition = { region: 'eu', boot: 'former' };
    const { spool: former } = await start({ folder, partition, disk, ...TIGHT, mostBytes: 1e6 });
    for (const one of entries(1, 64)) former.append(one);
    await former.flush();
    const store = new ModelStore(() => 'lost-ack');
    const tried = await former.next();
    if (tried !== null) await store.write(tried).catch(() => undefined);
    await disk.closeAll();
    await forgeDeath(join(folder, 'former'));
    const { spool } = await start({ folder, ...TIGHT });
    spool.append(entry(1));
    await spool.flush();
    expect(spool.status.compactedEntries).toBeGreaterThan(0);
    store.answer = () => 'stored';
    for (const batch of await drain(spool)) await store.write(batch);
    const expected = { calls: 64, maxSeq: 64, microDollars: 6_400 };
    expect(await store.readDigest(partition)).toEqual(expected);
    await spool.stop();
  });

  it('stores each call once through crashes, lost acknowledgements and adding up', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 60 }) }),
      fc.record({
        kind: fc.constant('ship' as const),
        result: fc.constantFrom('stored' as const, 'lost-ack' as const, 'refused' as const),
      }),
      fc.constant({ kind: 'seal' as const }),
      fc.record({
        kind: fc.constant('crash' as const),
        mostBytes: fc.constantFrom(TIGHT.mostBytes, 1_000_000),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const folder = createSpoolFolder();
        let boot = 1;
        let mostBytes = 1_000_000;
        let seq = 0;
        const expected = new Map<string, { calls: number; microDollars: number }>();
        let result: 'stored' | 'lost-ack' | 'refused' = 'stored';
        const store = new ModelStore(() => result);
        let disk = new FaultyDisk();
        const begin = async (): Promise<FileSpool> => {
          disk = new FaultyDisk();
          const partition = { region: 'eu', boot: `boot-${boot}` };
          return (await start({ folder, partition, disk, ...TIGHT, mostBytes })).spool;
        };
        let spool = await begin();
        const tryToShip = async (): Promise<boolean> => {
          const batch = await spool.next();
          if (batch === null) return false;
          try {
            await store.write(batch);
          } catch {
            return true;
          }
          await spool.acknowledge(batch);
          return true;
        };
        for (const action of steps) {
          switch (action.kind) {
            case 'append': {
              for (let count = 0; count < action.count; count += 1) {
                seq += 1;
                spool.append(entry(seq, { keyId: `key-${seq % 3}`, microDollars: seq }));
                const before = expected.get(`boot-${boot}`) ?? { calls: 0, microDollars: 0 };
                const after = { calls: seq, microDollars: before.microDollars + seq };
                expected.set(`boot-${boot}`, after);
              }
              await spool.flush();
              break;
            }
            case 'ship':
              result = action.result;
              await tryToShip();
              break;
            case 'seal':
              result = 'refused';
              await tryToShip();
              break;
            case 'crash':
              await disk.closeAll();
              for (const name of readdirSync(folder)) await forgeDeath(join(folder, name));
              ({ mostBytes } = action);
              boot += 1;
              seq = 0;
              spool = await begin();
          }
        }
        result = 'stored';
        while (await tryToShip());
        for (const [name, { calls, microDollars }] of expected) {
          const stored = await store.readDigest({ region: 'eu', boot: name });
          expect(isSameDigest(stored, { calls, maxSeq: calls, microDollars })).toBe(true);
        }
        await spool.stop();
      }),
      { numRuns: 60 },
    );
  });
});
