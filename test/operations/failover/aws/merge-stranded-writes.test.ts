import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  PeerQuestion,
  RegionalDatabase,
} from '../../../../operations/failover/aws/executor-ports';
import { mergeStrandedWrites } from '../../../../operations/failover/aws/merge-stranded-writes';
import { createSqlDatabase } from '../../../../operations/failover/aws/sql-database';
import { EmbeddedDatabase } from '../../../../runtime/database/embedded-database';
import { migrate } from '../../../../runtime/database/migrate';
import '../../../support/load-pglite';

const ACTION = { kind: 'merge-stranded-writes', from: 'us-east-1', into: 'us-west-2' } as const;

/** The database of one region, with the schema of the gateway. */
async function openRegion(region: string) {
  const embedded = await EmbeddedDatabase.open(mkdtempSync(join(tmpdir(), 'region-')));
  await migrate(embedded.writer);
  const database = createSqlDatabase({
    run: async (statements) => {
      const answers: (readonly Record<string, unknown>[])[] = [];
      for (const { text, values } of statements) {
        answers.push(await embedded.writer.query<Record<string, unknown>>(text, values));
      }
      return answers;
    },
    databaseName: 'postgres',
    region,
    kind: 'rds',
  });
  return { embedded, database };
}

type OpenRegion = Awaited<ReturnType<typeof openRegion>>;

/** Answers as the executor there would, over the JSON of Lambda. */
function peersOf(there: RegionalDatabase, asked: PeerQuestion[] = []) {
  return {
    ask: async (_: string, question: PeerQuestion): Promise<unknown> => {
      asked.push(question);
      if (question.kind === 'read-digests') return overTheWire(await there.readDigests());
      if (question.kind !== 'read-records') throw new Error(question.kind);
      return overTheWire(await there.readRecords(question.page));
    },
  };
}

function overTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function insertCalls(
  { embedded }: OpenRegion,
  { boot, from, to }: { readonly boot: string; readonly from: number; readonly to: number },
): Promise<void> {
  await embedded.writer.query(
    `INSERT INTO gateway_ledger (region, boot, seq, calls, call_id, route, model, model_group, prompt_tokens,
       completion_tokens, micro_dollars, started_at_ms, ended_at_ms, outcome, cache_hit, tags)
     SELECT 'us-east-1', $1, n, 1, $1 || n, '/v1/chat/completions', 'gpt-4o', 'gpt-4o', 10, 5, 7, n, n + 1, 'success',
       false, '[]' FROM generate_series($2::int, $3::int) n`,
    [boot, from, to],
  );
}

describe('mergeStrandedWrites', () => {
  let lost: OpenRegion;
  let heir: OpenRegion;

  beforeAll(async () => {
    [lost, heir] = await Promise.all([openRegion('us-east-1'), openRegion('us-west-2')]);
  });

  beforeEach(async () => {
    for (const { embedded } of [lost, heir]) {
      await embedded.writer.query(
        'TRUNCATE gateway_ledger, gateway_ledger_partitions, gateway_changes, gateway_budget_transfers',
      );
    }
  });

  afterAll(() => Promise.all([lost, heir].map(({ embedded }) => embedded.stop())));

  const merge = (mode: 'real' | 'rehearsal', asked?: PeerQuestion[]) =>
    mergeStrandedWrites(ACTION, mode, {
      peers: peersOf(lost.database, asked),
      database: heir.database,
    });
  const countHere = async (table: string): Promise<unknown> =>
    (await heir.embedded.reader.query(`SELECT count(*)::int AS n FROM ${table}`))[0];

  it('copies what the lost region kept to itself, and leaves what is there', async () => {
    await insertCalls(lost, { boot: 'one', from: 1, to: 9 });
    await insertCalls(heir, { boot: 'one', from: 1, to: 4 });
    await insertCalls(heir, { boot: 'other', from: 1, to: 3 });
    for (const values of [
      `gateway_changes VALUES ('s1', 'us-east-1', 5, 'key', 'k1', '{"alias":"a"}', 'admin')`,
      `gateway_budget_transfers VALUES ('t1', 'q', 1, 'us-east-1', 'us-west-2', 250)`,
    ]) {
      await lost.embedded.writer.query(`INSERT INTO ${values}`);
    }

    expect(await merge('real')).toEqual({
      status: 'waiting',
      detail: '3 parts of us-east-1 are not in us-west-2',
    });
    expect(await merge('real')).toEqual({
      status: 'done',
      detail: 'us-west-2 has all of us-east-1',
    });

    expect(await countHere('gateway_ledger')).toEqual({ n: 12 });
    expect(await countHere('gateway_changes')).toEqual({ n: 1 });
    expect(await countHere('gateway_budget_transfers')).toEqual({ n: 1 });
    expect(await heir.embedded.reader.query('SELECT * FROM gateway_ledger_gaps')).toEqual([]);
    expect(
      await heir.embedded.reader.query(
        `SELECT calls, max_seq, micro_dollars FROM gateway_ledger_partitions WHERE boot = 'one'`,
      ),
    ).toEqual([{ calls: 9, max_seq: 9, micro_dollars: 63 }]);
  });

  it('reads a long part page by page, and of equal parts nothing', async () => {
    await insertCalls(lost, { boot: 'long', from: 1, to: 5_001 });
    await insertCalls(lost, { boot: 'equal', from: 1, to: 2 });
    await insertCalls(heir, { boot: 'equal', from: 1, to: 2 });
    const asked: PeerQuestion[] = [];

    await merge('real', asked);

    expect(asked.slice(1)).toEqual(
      [0, 5_000].map((offset) => ({
        kind: 'read-records',
        page: { table: 'gateway_ledger', part: 'us-east-1/long', offset, limit: 5_000 },
      })),
    );
    expect(await countHere('gateway_ledger')).toEqual({ n: 5_003 });
  });

  it('copies twenty parts at one go, the rest when it is looked at again', async () => {
    for (let boot = 1; boot <= 21; boot += 1) {
      await insertCalls(lost, { boot: `boot-${boot}`, from: 1, to: 1 });
    }
    await merge('real');
    expect(await countHere('gateway_ledger')).toEqual({ n: 20 });
    await merge('real');
    expect(await countHere('gateway_ledger')).toEqual({ n: 21 });
  });

  it('tells in a rehearsal what is missing and copies nothing', async () => {
    await insertCalls(lost, { boot: 'one', from: 1, to: 2 });
    expect((await merge('rehearsal')).detail).toBe('1 parts of us-east-1 are not in us-west-2');
    expect(await countHere('gateway_ledger')).toEqual({ n: 0 });
  });

  it.each([[[{ table: 'pg_authid', part: 'one', count: 1 }]], ['nothing']])(
    'rejects %j for an answer',
    async (answer) => {
      await expect(
        mergeStrandedWrites(ACTION, 'real', {
          peers: { ask: () => Promise.resolve(answer) },
          database: heir.database,
        }),
      ).rejects.toThrow(
        new Error('the other executor speaks of tables that are not known here; deploy both anew'),
      );
    },
  );
});
