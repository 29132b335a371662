import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
import { renderKeepReplication, renderPublications, renderSubscription } from '../../../lib/render';
import { MIGRATIONS } from '../../../runtime/database/migrations';
import { describeWithTool } from '../../support/lab-tool';
import { startPostgresServer, type PostgresServer } from '../../support/postgres-server';
import { createConfigFolder, waitFor } from './program';

const PASSWORD = 'litellmPassword1';
const REGIONS = ['us-east-1', 'eu-west-1'] as const;

interface Side {
  readonly region: string;
  readonly server: PostgresServer;
  readonly client: Client;
  readonly port: number;
}

describeWithTool('psql', (psql) => {
  let sides: readonly Side[];
  const [us, eu] = [0, 1].map((index) => (): Side => {
    const side = sides[index];
    if (side === undefined) throw new Error('the servers did not start');
    return side;
  }) as [() => Side, () => Side];

  beforeAll(async () => {
    sides = await Promise.all(REGIONS.map(startSide));
    for (const side of sides) await addRows(side, 1);
    // The first region finds that the second one offers nothing yet.
    expect(keep(us())).toContain('eu-west-1 offers nothing yet');
    expect(keep(eu())).toContain('receiving from us-east-1');
    expect(keep(us())).toContain('receiving from eu-west-1');
  }, 120_000);

  afterAll(async () => {
    for (const { client, server } of sides) {
      await client.end();
      await server.stop();
    }
  }, 60_000);

  describe('renderKeepReplication', () => {
    it('brings the rows of both sides to both, those of before and those of after', async () => {
      for (const side of sides) await addRows(side, 2);

      for (const side of sides) {
        await awaitRows(side, FIRST_ROWS);
        expect(await read(side, 'SELECT stamp AS row FROM gateway_changes')).toEqual(FIRST_ROWS);
        expect(await read(side, 'SELECT stamp AS row FROM gateway_budget_transfers')).toEqual(
          FIRST_ROWS,
        );
      }
    });

    it('keeps the sums of the replicas equal to their rows', async () => {
      for (const side of sides) {
        await waitFor(
          async () => ((await read(side, GAPS)).length === 0 ? true : null),
          () => `sums of ${side.region} differ`,
        );
        expect(
          await read(
            side,
            "SELECT region || ' ' || micro_dollars AS row FROM gateway_ledger_partitions",
          ),
        ).toEqual(['eu-west-1 20', 'us-east-1 20']);
      }
    });

    it('sends no row back to where it came from', async () => {
      await addRows(eu(), 3);
      await awaitRows(us(), [...FIRST_ROWS, 'eu-west-1 3']);
      // What comes after it in the log of the other region tells that nothing came before.
      await addRows(us(), 3);
      await awaitRows(eu(), [...FIRST_ROWS, 'eu-west-1 3', 'us-east-1 3']);

      // Three rows of each growing table and the first sums; sums that rise are no new rows.
      for (const side of sides) {
        await waitFor(
          async () => ((await countReceived(side)) >= 10 ? true : null),
          () => 'rows were not counted',
        );
        expect(await countReceived(side)).toBe(10);
      }
    });

    it('changes nothing when it is run again', () => {
      for (const side of sides) expect(keep(side)).toBe('');
    });

    it('copies what is missing when a slot was lost, and no row twice', async () => {
      await waitFor(
        async () => {
          // The receiver comes back at once: whoever is sent away just now leaves a moment for it.
          await us().client.query(
            `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'gateway_to_eu_west_1'`,
          );
          return us()
            .client.query(`SELECT pg_drop_replication_slot('gateway_to_eu_west_1')`)
            .then(() => true)
            .catch(() => null);
        },
        () => 'the slot is always in use',
      );
      await addRows(us(), 4);

      expect(keep(eu())).toContain('the slot in us-east-1 was lost: copying again');

      const all = [...FIRST_ROWS, 'eu-west-1 3', 'us-east-1 3', 'us-east-1 4'];
      await awaitRows(eu(), all);
      await addRows(us(), 5);
      await awaitRows(eu(), [...all, 'us-east-1 5']);
      await waitFor(
        async () => ((await read(eu(), GAPS)).length === 0 ? true : null),
        () => 'the sums differ',
      );
    }, 90_000);

    it('leaves a region that is away for the next run', () => {
      const [status, text] = runScript(us(), 1);

      expect(status).toBe(1);
      expect(text).toContain('eu-west-1 is not reached');
    });

    it('waits for the schema', async () => {
      const side = us();
      await side.client.query('ALTER TABLE gateway_budget_transfers RENAME TO other_transfers');

      expect(keep(side)).toContain('the schema is not there yet: run again after the migration');
      await side.client.query('ALTER TABLE other_transfers RENAME TO gateway_budget_transfers');
    });
  });

  const ROWS = `SELECT region || ' ' || seq AS row FROM gateway_ledger`;
  const GAPS = `SELECT region AS row FROM gateway_ledger_gaps`;
  const FIRST_ROWS = ['eu-west-1 1', 'eu-west-1 2', 'us-east-1 1', 'us-east-1 2'];

  async function startSide(region: string): Promise<Side> {
    const server = await startPostgresServer(16, {
      wal_level: 'logical',
      track_functions: 'all',
      wal_retrieve_retry_interval: '200ms',
    });
    const admin = new Client({ connectionString: await server.createDatabase('litellm') });
    await admin.connect();
    await admin.query(`CREATE ROLE litellm LOGIN REPLICATION PASSWORD '${PASSWORD}'`);
    await admin.query('GRANT pg_create_subscription TO litellm');
    await admin.query('ALTER DATABASE litellm OWNER TO litellm');
    const { port } = admin;
    await admin.end();
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: 'litellm',
      password: PASSWORD,
      database: 'litellm',
    });
    await client.connect();
    for (const { statements } of MIGRATIONS) {
      for (const statement of statements) await client.query(statement);
    }
    return { region, server, client, port };
  }

  /** One row of each table, as a replica of the region would write them. */
  async function addRows({ client, region }: Side, seq: number): Promise<void> {
    const stamp = `${region} ${seq}`;
    await client.query(
      `INSERT INTO gateway_changes VALUES ($1, $2, $3, 'key', 'k', '{}', 'somebody')`,
      [stamp, region, seq],
    );
    await client.query(
      `INSERT INTO gateway_ledger (region, boot, seq, calls, call_id, route, model, model_group,
         prompt_tokens, completion_tokens, micro_dollars, started_at_ms, ended_at_ms, outcome, cache_hit, tags)
       VALUES ($1, 'boot', $2, 1, $3, '/v1', 'm', 'm', 1, 1, 10, 1, 2, 'success', false, '[]')`,
      [region, seq, stamp],
    );
    await client.query(
      `INSERT INTO gateway_ledger_partitions VALUES ($1, 'boot', 1, $2, 10)
       ON CONFLICT (region, boot) DO UPDATE SET
         calls = gateway_ledger_partitions.calls + 1, max_seq = excluded.max_seq,
         micro_dollars = gateway_ledger_partitions.micro_dollars + 10`,
      [region, seq],
    );
    await client.query(
      `INSERT INTO gateway_budget_transfers VALUES ($1, 'q', 1, $2, 'another', 5)`,
      [stamp, region],
    );
  }

  async function read({ client }: Side, sql: string): Promise<readonly string[]> {
    const { rows } = await client.query<{ row: string }>(`${sql} ORDER BY 1`);
    return rows.map(({ row }) => row);
  }

  async function awaitRows(side: Side, expected: readonly string[]): Promise<void> {
    let seen: readonly string[] = [];
    await waitFor(
      async () => {
        seen = await read(side, ROWS);
        return seen.join() === [...expected].sort().join() ? true : null;
      },
      () => `${side.region} has ${seen.join(', ')}`,
    );
  }

  /** How many rows replication brought, also those that were passed over: each went through a trigger. */
  async function countReceived({ client }: Side): Promise<number> {
    const { rows } = await client.query<{ received: string }>(
      "SELECT coalesce(sum(calls), 0) AS received FROM pg_stat_user_functions WHERE funcname LIKE '%_once'",
    );
    return Number(rows[0]?.received);
  }

  function keep(side: Side): string {
    return runScript(side)[1];
  }

  /** Runs the script against one side; `peerPort` stands in for a peer that is away. */
  function runScript(
    side: Side,
    peerPort?: number,
  ): readonly [status: number | null, text: string] {
    const input = {
      region: side.region,
      databaseName: 'litellm',
      userName: 'litellm',
      peers: sides
        .filter(({ region }) => region !== side.region)
        .map(({ region, port }) => ({ region, host: '127.0.0.1', port: peerPort ?? port })),
    };
    const folder = createConfigFolder(() => ({
      'keep.sh': renderKeepReplication(input),
      'publications.sql': renderPublications(side.region),
      'subscription.sql': renderSubscription(input),
    }));
    const { status, stdout, stderr } = spawnSync('sh', [`${folder}/keep.sh`], {
      encoding: 'utf8',
      env: {
        PATH: `${psql.replace(/\/psql$/, '')}:${process.env.PATH ?? ''}`,
        PGHOST: '127.0.0.1',
        PGPORT: String(side.port),
        PGUSER: 'litellm',
        PGDATABASE: 'litellm',
        PGPASSWORD: PASSWORD,
        PGSSLMODE: 'disable',
      },
    });
    return [
      status,
      (stdout + stderr).replace(/.*NOTICE:.*\n|.*WARNING:.*\n|DETAIL:.*\n|HINT:.*\n/g, ''),
    ];
  }
});
