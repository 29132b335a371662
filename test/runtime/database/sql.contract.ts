import fc from 'fast-check';
import { MIGRATIONS } from '../../../runtime/database/migrations';
import { migrate, readSchemaVersion } from '../../../runtime/database/migrate';
import type { Database } from '../../../runtime/database/sql';
import { SqlChangeStore } from '../../../runtime/database/sql-change-store';
import { SqlLedgerStore } from '../../../runtime/database/sql-ledger-store';
import { EVERY_SPEND, SqlSpendReader } from '../../../runtime/database/sql-spend-reader';
import { SqlTransferStore } from '../../../runtime/database/sql-transfer-store';
import type { Change } from '../../../runtime/directory/change';
import { renderStamp } from '../../../runtime/directory/stamp';
import { MEMBER_SEPARATOR } from '../../../runtime/ledger/ledger-entry';
import type { LedgerBatch } from '../../../runtime/ledger/ledger-entry';
import { digestOf, ledgerBatches, ledgerRow } from '../../support/ledger-rows';

const PAGE = { limit: 100, offset: 0 };
/** Aurora DSQL changes no more rows in one transaction. */
const MOST_ROWS = 3000;
const NOBODY = { region: 'none', boot: 'none' };

function change(parts: Partial<Change> & { readonly stamp: string }): Change {
  return {
    kind: 'key',
    entityId: 'key-1',
    fields: { alias: 'one' },
    actor: 'master',
    region: 'eu',
    ...parts,
  };
}

const stamp = (counter: number): string =>
  renderStamp({ wallMs: 1_700_000_000_000, counter, replica: 'r1' });

/** What the gateway asks of PostgreSQL, wherever it runs. The database begins empty. */
export function itIsADatabase(open: () => Database): void {
  describe('migrate', () => {
    it('creates the schema once, however many replicas start', async () => {
      const { writer } = open();
      expect(await readSchemaVersion(writer)).toBe(0);
      const applied = await Promise.all(Array.from({ length: 10 }, () => migrate(writer)));
      const versions = MIGRATIONS.map(({ version }) => version);
      expect(applied.flat()).toEqual(versions);
      expect(await readSchemaVersion(writer)).toBe(versions.at(-1));
    });
  });

  itServesReplicas(open);
}

/** What replicas ask of a database whose schema is up to date, also of one that belongs to somebody else. */
export function itServesReplicas(open: () => Database): void {
  let database: Database;
  let ledger: SqlLedgerStore;
  let changes: SqlChangeStore;
  let spend: SqlSpendReader;

  beforeAll(() => {
    database = open();
    ledger = new SqlLedgerStore(database);
    changes = new SqlChangeStore(database);
    spend = new SqlSpendReader(database);
  });

  beforeEach(async () => {
    if ((await readSchemaVersion(database.writer)) === 0) return;
    for (const table of ['changes', 'ledger', 'ledger_partitions', 'budget_transfers']) {
      await empty(`gateway_${table}`);
    }
  });

  /** In bites that every database takes in one transaction. */
  async function empty(table: string): Promise<void> {
    for (let left = MOST_ROWS; left === MOST_ROWS;) {
      const rows = await database.writer.query(
        `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} LIMIT ${MOST_ROWS}) RETURNING 1`,
      );
      left = rows.length;
    }
  }

  const readGaps = (): Promise<readonly unknown[]> =>
    database.writer.query('SELECT region, boot FROM gateway_ledger_gaps');

  describe('migrate', () => {
    it('finds nothing left to do the second time', async () => {
      expect(await migrate(database.writer)).toEqual([]);
    });
  });

  describe('Sql', () => {
    it('answers', async () => {
      await expect(database.readAnswer()).resolves.toBeUndefined();
    });

    it('returns bigint as a number', async () => {
      const rows = await database.writer.query('SELECT $1::bigint AS n', [9_007_199_254_740_991]);
      expect(rows).toEqual([{ n: 9_007_199_254_740_991 }]);
    });

    it('rejects a bigint that a number cannot hold', async () => {
      await expect(database.writer.query('SELECT 9007199254740993::bigint AS n')).rejects.toThrow(
        'the database holds a whole number beyond 2^53 - 1',
      );
    });

    it('takes back what a transaction did that throws', async () => {
      const work = database.writer.transaction(async (sql) => {
        await sql.query(
          `INSERT INTO gateway_ledger_partitions VALUES ('eu', 'rolled-back', 1, 1, 1)`,
        );
        throw new Error('thought better of it');
      });
      await expect(work).rejects.toThrow('thought better of it');
      expect(await readGaps()).toEqual([]);
    });

    it('goes on after a refused statement within a transaction', async () => {
      await expect(database.writer.transaction((sql) => sql.query('SELECT 1 / 0'))).rejects.toThrow(
        'division by zero',
      );
      expect(await database.writer.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    });
  });

  describe('SqlLedgerStore', () => {
    const partition = { region: 'eu', boot: 'boot-1' };

    it('stores an entry as it was', async () => {
      const entry = ledgerRow({
        seq: 1,
        userId: 'user-1',
        teamId: 'team-1',
        organizationId: 'org-1',
        endUser: 'customer',
        tags: ['a', 'ü"\\'],
        sessionId: 'session-1',
        firstByteAtMs: null,
        microDollars: -5,
      });
      await ledger.write({ partition, entries: [entry], digest: digestOf([entry]) });
      expect(await spend.readEntries({ ...EVERY_SPEND, callId: 'call-1' }, PAGE)).toEqual([
        { ...entry, partition },
      ]);
    });

    it('counts what is stored of a partition', async () => {
      const entries = [
        ledgerRow({ seq: 1, microDollars: 5 }),
        ledgerRow({ seq: 4, calls: 3, microDollars: 70 }),
      ];
      await ledger.write({ partition, entries, digest: digestOf(entries) });
      expect(await ledger.readDigest(partition)).toEqual({
        calls: 4,
        maxSeq: 4,
        microDollars: 75,
      });
      expect(await ledger.readDigest(NOBODY)).toEqual({ calls: 0, maxSeq: 0, microDollars: 0 });
    });

    it('stores names that no database takes', async () => {
      const entry = ledgerRow({ seq: 1, model: 'a\0b', endUser: '\uD800', tags: ['\0'] });
      await ledger.write({ partition, entries: [entry], digest: digestOf([entry]) });
      const [stored] = await spend.readEntries(EVERY_SPEND, PAGE);
      expect(stored).toMatchObject({ model: 'a\uFFFDb', endUser: '\uFFFD', tags: ['\uFFFD'] });
    });

    it('leaves out a batch that comes late, when it was stored added up', async () => {
      const raw = [1, 2, 3].map((seq) => ledgerRow({ seq }));
      const addedUp = [ledgerRow({ seq: 3, calls: 3, microDollars: 3000 })];
      const digest = digestOf(raw);
      await ledger.write({ partition, entries: addedUp, digest });
      await ledger.write({ partition, entries: raw, digest });
      expect(await ledger.readDigest(partition)).toEqual(digest);
    });

    it('stores all of a batch or nothing', async () => {
      const bad = ledgerRow({ seq: 2, microDollars: Number.NaN });
      await expect(
        ledger.write({ partition, entries: [ledgerRow({ seq: 1 }), bad], digest: digestOf([]) }),
      ).rejects.toThrow('null value in column "micro_dollars"');
      expect((await ledger.readDigest(partition)).calls).toBe(0);
    });

    it('rejects a batch that is too large for one transaction', async () => {
      const entries = Array.from({ length: 2501 }, (_, index) => ledgerRow({ seq: index + 1 }));
      await expect(ledger.write({ partition, entries, digest: digestOf(entries) })).rejects.toThrow(
        'a batch of the ledger must hold at most 2500 entries, got 2501; split it',
      );
      await ledger.write({
        partition,
        entries: entries.slice(0, 2500),
        digest: digestOf(entries.slice(0, 2500)),
      });
      expect((await ledger.readDigest(partition)).maxSeq).toBe(2500);
    });

    it('comes to the same totals in any order, with repetitions and parallel writers', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: -1000, max: 5000 }), { minLength: 1, maxLength: 30 }),
          fc.integer({ min: 1, max: 7 }),
          fc.infiniteStream(fc.nat()),
          async (amounts, perBatch, chance) => {
            run += 1;
            const parts = ['a', 'b', 'c'].map((boot) => ({ region: 'eu', boot: `${boot}${run}` }));
            const batches = parts.flatMap((part) =>
              ledgerBatches(
                part,
                amounts.map((microDollars, index) =>
                  ledgerRow({ seq: index + 1, keyId: `key-${run}`, microDollars }),
                ),
                perBatch,
              ),
            );
            const told = shuffle([...batches, ...batches], chance);
            await Promise.all(told.map((batch) => ledger.write(batch)));

            const microDollars = amounts.reduce((sum, amount) => sum + amount, 0);
            const expected = { calls: amounts.length, maxSeq: amounts.length, microDollars };
            for (const part of parts) expect(await ledger.readDigest(part)).toEqual(expected);
            expect(await readGaps()).toEqual([]);
            const [row] = await database.writer.query<{ readonly micro_dollars: number }>(
              'SELECT micro_dollars FROM gateway_spend_by_key WHERE key_id = $1',
              [`key-${run}`],
            );
            expect(row?.micro_dollars).toBe(3 * microDollars);
          },
        ),
        { numRuns: 15 },
      );
    });

    it('takes eight writers at once without a deadlock', async () => {
      const all = Array.from({ length: 8 }, (_, writer) =>
        ledgerBatches(
          { region: 'eu', boot: `writer-${writer % 4}` },
          Array.from({ length: 200 }, (_unused, index) => ledgerRow({ seq: index + 1 })),
          20,
        ),
      );
      await Promise.all(
        all.map(async (batches) => {
          for (const batch of batches) await ledger.write(batch);
        }),
      );
      for (const writer of [0, 1, 2, 3]) {
        expect(await ledger.readDigest({ region: 'eu', boot: `writer-${writer}` })).toEqual({
          calls: 200,
          maxSeq: 200,
          microDollars: 200_000,
        });
      }
    });

    it('tells of partitions whose entries do not add up', async () => {
      const entries = [1, 2, 3, 4].map((seq) => ledgerRow({ seq }));
      const batches = ledgerBatches(partition, entries, 2) as readonly [LedgerBatch, LedgerBatch];
      await ledger.write(batches[1]);
      expect(await readGaps()).toEqual([partition]);
      await ledger.write(batches[0]);
      expect(await readGaps()).toEqual([]);
    });

    it('sums by key, user, team and member, since a moment, by group and region, without one writer', async () => {
      const other = { region: 'us', boot: 'boot-2' };
      const write = (where: typeof partition, entries: readonly (typeof mine)[number][]) =>
        ledger.write({ partition: where, entries, digest: digestOf(entries) });
      const mine = [
        ledgerRow({ seq: 1, userId: 'u', teamId: 't', microDollars: 1, endedAtMs: 1000 }),
        ledgerRow({ seq: 2, userId: 'u', group: 'o3', microDollars: 10, endedAtMs: 2000 }),
      ];
      await write(partition, mine);
      await write(other, [
        ledgerRow({ seq: 1, userId: 'u', microDollars: 100, endedAtMs: 3000 }),
        ledgerRow({ seq: 2, keyId: 'key-2', teamId: 't', microDollars: 1000, endedAtMs: 3000 }),
      ]);
      const all = { group: null, sinceMs: 0, region: null };
      const scopes = [
        { ...all, kind: 'key', id: 'key-1' },
        { ...all, kind: 'user', id: 'u', sinceMs: 2000 },
        { ...all, kind: 'team', id: 't' },
        { ...all, kind: 'key', id: 'key-1', group: 'o3' },
        { ...all, kind: 'key', id: 'key-1', region: 'us' },
        { ...all, kind: 'key', id: 'unknown' },
        { ...all, kind: 'member', id: `t${MEMBER_SEPARATOR}u` },
      ] as const;
      expect(await ledger.readTotals(scopes, NOBODY)).toEqual([111, 110, 1001, 10, 100, 0, 1]);
      expect(await ledger.readTotals(scopes, other)).toEqual([11, 10, 1, 10, 0, 0, 1]);
      expect(await ledger.readTotals([], other)).toEqual([]);
    });

    it('sums for an end user, whatever it is called, and for everybody', async () => {
      const other = { region: 'us', boot: 'boot-2' };
      const odd = 'a\u0000"b\u001f';
      const mine = [
        ledgerRow({ seq: 1, endUser: odd, microDollars: 1, endedAtMs: 1000 }),
        ledgerRow({ seq: 2, endUser: 'bob', microDollars: 10, endedAtMs: 2000 }),
      ];
      const theirs = [ledgerRow({ seq: 1, endUser: odd, microDollars: 100, endedAtMs: 3000 })];
      await ledger.write({ partition, entries: mine, digest: digestOf(mine) });
      await ledger.write({ partition: other, entries: theirs, digest: digestOf(theirs) });
      const all = { group: null, sinceMs: 0, region: null };
      const scopes = [
        { ...all, kind: 'end_user', id: odd },
        { ...all, kind: 'end_user', id: 'bob', sinceMs: 2001 },
        { ...all, kind: 'end_user', id: 'nobody' },
        { ...all, kind: 'gateway', id: 'all' },
        { ...all, kind: 'gateway', id: 'all', sinceMs: 2000 },
        { ...all, kind: 'gateway', id: 'all', region: 'us' },
        { ...all, kind: 'gateway', id: 'all', sinceMs: 1, region: 'eu' },
      ] as const;
      expect(await ledger.readTotals(scopes, NOBODY)).toEqual([101, 0, 0, 111, 110, 100, 11]);
      expect(await ledger.readTotals(scopes, other)).toEqual([1, 0, 0, 11, 10, 0, 11]);
    });
  });

  describe('SqlChangeStore', () => {
    it('tells nothing of an empty log', async () => {
      const { changes: found, position } = await changes.read(null);
      expect(found).toEqual([]);
      expect((await changes.read(position)).changes).toEqual([]);
    });

    it('tells changes as they were, oldest first, whatever they hold', async () => {
      const written = [
        change({ stamp: stamp(2), fields: { metadata: { text: 'a\0b', half: '\uD800' } } }),
        change({ stamp: stamp(1), region: 'us', kind: 'team', entityId: 't', actor: 'key-9' }),
      ];
      await changes.write(written);
      expect((await changes.read(null)).changes).toEqual([...written].reverse());
    });

    it('tells the same change once, however often it is written', async () => {
      await changes.write([change({ stamp: stamp(1) })]);
      await changes.write([change({ stamp: stamp(1) }), change({ stamp: stamp(2) })]);
      expect((await changes.read(null)).changes).toHaveLength(2);
    });

    it('goes on after a position', async () => {
      await changes.write([change({ stamp: stamp(1) })]);
      const { position } = await changes.read(null);
      expect((await changes.read(position)).changes).toEqual([]);
      await changes.write([change({ stamp: stamp(2), region: 'us' })]);
      const next = await changes.read(position);
      expect(next.changes.map((each) => each.stamp)).toEqual([stamp(2)]);
      expect((await changes.read(next.position)).changes).toEqual([]);
    });

    it('tells a change with an old stamp that came late', async () => {
      await changes.write([change({ stamp: stamp(5) })]);
      const { position } = await changes.read(null);
      await changes.write([change({ stamp: stamp(1) })]);
      const { changes: found } = await changes.read(position);
      expect(found.map((each) => each.stamp)).toContain(stamp(1));
    });

    it('tells a change that became visible after a later one', async () => {
      await changes.write([change({ stamp: stamp(5) })]);
      await database.writer.query('UPDATE gateway_changes SET stored_at_ms = stored_at_ms + 40000');
      const { position } = await changes.read(null);
      // As a transaction that began before and ended now.
      await database.writer.query(
        `INSERT INTO gateway_changes SELECT $1, region, stored_at_ms - 39000, kind, entity_id, fields, actor
         FROM gateway_changes`,
        [stamp(4)],
      );
      const { changes: found } = await changes.read(position);
      expect(found.map((each) => each.stamp)).toContain(stamp(4));
    });

    it('tells changes that follow a clock which was set back', async () => {
      await changes.write([change({ stamp: stamp(5) })]);
      await database.writer.query(
        'UPDATE gateway_changes SET stored_at_ms = stored_at_ms + 86400000',
      );
      const { position } = await changes.read(null);
      await changes.write([change({ stamp: stamp(6) })]);
      const { changes: found } = await changes.read(position);
      expect(found.map((each) => each.stamp)).toContain(stamp(6));
    });

    it('reads everything after a position it cannot read', async () => {
      await changes.write([change({ stamp: stamp(1) })]);
      for (const position of ['', 'nonsense', '[1]', '{"eu":3}']) {
        expect((await changes.read(position)).changes).toHaveLength(1);
      }
    });

    it('reads a long log in pages without leaving any out', async () => {
      for (let first = 10_000; first <= 22_000; first += MOST_ROWS) {
        await database.writer.query(
          `INSERT INTO gateway_changes
           SELECT 'stamp-' || n, 'eu', n / 7, 'key', 'key-' || n, '{}', 'master'
           FROM generate_series($1::int, $2::int) AS n`,
          [first, Math.min(first + MOST_ROWS - 1, 22_000)],
        );
      }
      const { changes: found, position } = await changes.read(null);
      expect(new Set(found.map((each) => each.stamp)).size).toBe(12_001);
      expect((await changes.read(position)).changes).toEqual([]);
    });

    it('rejects more changes than one statement should carry', async () => {
      const many = Array.from({ length: 1001 }, (_, index) => change({ stamp: stamp(index) }));
      await expect(changes.write(many)).rejects.toThrow(
        'at most 1000 changes can be written at once, got 1001; split them',
      );
    });
  });

  describe('SqlTransferStore', () => {
    const transfer = {
      stamp: stamp(1),
      quotaId: 'key:1:budget',
      window: 3,
      fromRegion: 'eu',
      toRegion: 'us',
      microDollars: 500,
    };

    it('tells the transfers of the budgets that are asked for', async () => {
      const store = new SqlTransferStore(database);
      await store.write([
        transfer,
        { ...transfer, stamp: stamp(2), window: 4 },
        { ...transfer, stamp: stamp(3), quotaId: 'key:2:budget' },
      ]);
      await store.write([transfer, transfer]);
      await store.write([]);
      expect(await store.read([transfer, transfer])).toEqual([transfer]);
      expect(await store.read([])).toEqual([]);
    });
  });

  describe('SqlSpendReader', () => {
    const day = 86_400_000;
    const partition = { region: 'eu', boot: 'boot-1' };

    beforeEach(async () => {
      const entries = [
        ledgerRow({ seq: 1, endedAtMs: day + 1, tags: ['a', 'b'], microDollars: 1 }),
        ledgerRow({ seq: 2, endedAtMs: 2 * day - 1, tags: ['b'], microDollars: 10 }),
        ledgerRow({
          seq: 3,
          endedAtMs: 2 * day,
          outcome: 'provider_internal',
          microDollars: 100,
        }),
        ledgerRow({
          seq: 4,
          endedAtMs: 3 * day,
          keyId: null,
          userId: 'user-1',
          teamId: 'team-1',
          endUser: 'customer',
          group: 'o3',
          provider: 'azure',
          calls: 2,
          microDollars: 1000,
        }),
      ];
      await ledger.write({ partition, entries, digest: digestOf(entries) });
    });

    it('pages through entries, newest first', async () => {
      const seqs = async (filter: typeof EVERY_SPEND, page = PAGE): Promise<readonly number[]> =>
        (await spend.readEntries(filter, page)).map(({ seq }) => seq);
      expect(await seqs(EVERY_SPEND)).toEqual([4, 3, 2, 1]);
      expect(await seqs(EVERY_SPEND, { limit: 2, offset: 1 })).toEqual([3, 2]);
      expect(await seqs({ ...EVERY_SPEND, keyId: 'key-1', untilMs: 2 * day })).toEqual([2, 1]);
      expect(await seqs({ ...EVERY_SPEND, fromMs: 2 * day })).toEqual([4, 3]);
      expect(await seqs({ ...EVERY_SPEND, userId: 'user-1' })).toEqual([4]);
      expect(await seqs({ ...EVERY_SPEND, teamId: 'team-1' })).toEqual([4]);
      expect(await seqs({ ...EVERY_SPEND, callId: 'call-2' })).toEqual([2]);
      expect(await seqs({ ...EVERY_SPEND, keyId: 'nobody' })).toEqual([]);
    });

    it('adds up by day, as the view does', async () => {
      const daily = await spend.readDaily({ ...EVERY_SPEND, keyId: 'key-1' }, PAGE);
      expect(daily).toMatchObject([
        { day: '1970-01-03', calls: 1, successfulCalls: 0, microDollars: 100 },
        {
          day: '1970-01-02',
          keyId: 'key-1',
          group: 'gpt-4o',
          litellmModel: 'openai/gpt-4o',
          provider: 'openai',
          calls: 2,
          successfulCalls: 2,
          promptTokens: 14,
          completionTokens: 6,
          microDollars: 11,
        },
      ]);
      const view = await database.writer.query(
        `SELECT day, calls, micro_dollars FROM gateway_daily_spend WHERE key_id = 'key-1' ORDER BY 1`,
      );
      expect(view).toEqual([
        { day: '1970-01-02', calls: 2, micro_dollars: 11 },
        { day: '1970-01-03', calls: 1, micro_dollars: 100 },
      ]);
    });

    it('adds up by each dimension, dearest first', async () => {
      const by = async (dimension: Parameters<SqlSpendReader['readByDimension']>[0]) =>
        (await spend.readByDimension(dimension, EVERY_SPEND, PAGE)).map(
          ({ name, microDollars }) => [name, microDollars],
        );
      expect(await by('key')).toEqual([
        [null, 1000],
        ['key-1', 111],
      ]);
      expect(await by('tag')).toEqual([
        ['b', 11],
        ['a', 1],
      ]);
      expect(await by('model')).toEqual([
        ['o3', 1000],
        ['gpt-4o', 111],
      ]);
      expect(await by('provider')).toEqual([
        ['azure', 1000],
        ['openai', 111],
      ]);
      for (const [dimension, name] of [
        ['user', 'user-1'],
        ['team', 'team-1'],
        ['end-user', 'customer'],
      ] as const) {
        expect(await by(dimension)).toEqual([
          [name, 1000],
          [null, 111],
        ]);
      }
    });

    it('reads the change log, newest first', async () => {
      const one = change({ stamp: stamp(1) });
      const two = change({ stamp: stamp(2), kind: 'team', entityId: 'team-1', actor: 'key-1' });
      await changes.write([one, two]);
      const every = { kind: null, entityId: null, actor: null };
      expect(await spend.readChanges(every, PAGE)).toEqual([two, one]);
      expect(await spend.readChanges({ ...every, kind: 'key' }, PAGE)).toEqual([one]);
      expect(await spend.readChanges({ ...every, entityId: 'team-1' }, PAGE)).toEqual([two]);
      expect(await spend.readChanges({ ...every, actor: 'key-1' }, PAGE)).toEqual([two]);
      expect(await spend.readChanges(every, { limit: 1, offset: 1 })).toEqual([one]);
    });
  });
}

function shuffle<Item>(items: readonly Item[], chance: Iterator<number>): readonly Item[] {
  return items
    .map((item) => ({ item, key: Number(chance.next().value) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
