import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { CONNECTION_SETTINGS, CONNECT_SUBSCRIPTION, type PeerAddress } from '../../../lib/render';
import { createSqlDatabase } from '../../../operations/failover/aws/sql-database';
import {
  keepReplication,
  type KeepReplicationInput,
  type ReplicationReport,
} from '../../../operations/replication/keep-replication';
import type { QueryRegion } from '../../../operations/replication/query-region';
import { withRegions } from '../../../operations/replication/with-regions';
import { MIGRATIONS } from '../../../runtime/database/migrations';
import { startPostgresServer, type PostgresServer } from '../../support/postgres-server';

const PASSWORD = "pass' \\word$1";
const STALE_PASSWORD = 'yesterdaysWord';
/** Whatever way they are quoted. */
const SECRETS = ['word$1', STALE_PASSWORD];
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
type RegionName = (typeof REGIONS)[number];
const [US, EU, AP] = REGIONS;

interface Side {
  readonly server: PostgresServer;
  readonly client: Client;
  readonly address: PeerAddress;
}

describe('keepReplication', () => {
  const sides = new Map<RegionName, Side>();

  beforeAll(async () => {
    await Promise.all(REGIONS.map(async (region) => void sides.set(region, await startSide())));
    for (const region of REGIONS) await addRow(region, 1);
  }, 120_000);

  afterAll(async () => {
    for (const { client, server } of sides.values()) {
      await client.end();
      await server.stop();
    }
  }, 60_000);

  it('begins with what is there, and leaves who offers nothing yet for the next run', async () => {
    expect(states(await keep(US))).toEqual({ [EU]: 'failed', [AP]: 'failed' });
    expect((await keep(US)).peers.map(({ detail }) => detail)).toEqual([
      'eu-west-1 offers nothing yet',
      'ap-southeast-2 offers nothing yet',
    ]);
    expect(states(await keep(EU))).toEqual({ [US]: 'begun', [AP]: 'failed' });
    expect(states(await keep(AP))).toEqual({ [US]: 'begun', [EU]: 'begun' });
    expect(states(await keep(EU))).toMatchObject({ [AP]: 'begun' });
    expect(states(await keep(US))).toEqual({ [EU]: 'begun', [AP]: 'begun' });
  }, 60_000);

  it('brings the rows of before and after of every region to all', async () => {
    for (const region of REGIONS) await addRow(region, 2);
    for (const region of REGIONS) await awaitRows(region, rowsOf([1, 2]));
  }, 60_000);

  it('changes nothing when it is run again, and tells that nothing is behind', async () => {
    await awaitStates(US, { [EU]: 'kept', [AP]: 'kept' });
    const before = await readObjects(US);

    const report = await keep(US);

    expect(states(report)).toEqual({ [EU]: 'kept', [AP]: 'kept' });
    expect(await readObjects(US)).toEqual(before);
    for (const { lagSeconds } of report.peers) {
      expect(lagSeconds).not.toBeNull();
      expect(lagSeconds).toBeLessThan(10);
    }
    expect(report.heldBack.map(({ peer }) => peer).sort()).toEqual([AP, EU]);
    for (const { bytes } of report.heldBack) expect(bytes).toBeGreaterThanOrEqual(0);
  }, 60_000);

  it('sends no row back, and none on to a third region', async () => {
    await addRow(EU, 3);
    for (const region of REGIONS) await awaitRows(region, [...rowsOf([1, 2]), `${EU} 3`]);
    await addRow(US, 3);
    for (const region of REGIONS) {
      await awaitRows(region, [...rowsOf([1, 2]), `${EU} 3`, `${US} 3`]);
    }
    // Each row that arrives passes a trigger: two peers bring what they made, and no more.
    await waitUntil(async () => (await countReceived(AP)) >= 6);
    expect(await countReceived(AP)).toBe(6);
  }, 60_000);

  it('leaves no row behind that shows a failover whether a region takes writes', async () => {
    const { address } = sideOf(EU);
    const { writeAndRemoveRow } = createSqlDatabase({
      run: (statements) =>
        withSessions(async (query) => {
          const answers = [];
          for (const { text, values } of statements) answers.push(await query(EU, text, values));
          return answers;
        }),
      databaseName: address.databaseName,
      region: EU,
      kind: 'rds',
    });
    await writeAndRemoveRow(address.host);
    // What was written later has arrived, so what was written before would have, too.
    await addRow(EU, 4);
    await waitUntil(async () => (await readRows(US)).includes(`${EU} 4`));
    for (const region of REGIONS) {
      const { rows } = await sideOf(region).client.query('SELECT FROM gateway_ledger_partitions');
      expect({ region, rows }).toEqual({ region, rows: [] });
    }
  }, 60_000);

  it('lets one run at a time', async () => {
    await withSessions((first) =>
      keepReplication(
        inputOf(US, async (region, text, values) => {
          if (region === EU) expect(await tryToKeep(US)).toBeNull();
          return first(region, text, values);
        }),
      ),
    );
    expect.hasAssertions();
  });

  it('copies what is missing when a slot was lost, and no row twice', async () => {
    await dropSlot(US, 'gateway_to_eu_west_1');
    await addRow(US, 4);

    const report = await keep(EU);

    expect(report.peers[0]).toMatchObject({
      peer: US,
      state: 'begun-again',
      detail: 'the slot in us-east-1 was lost: copying again',
    });
    const expected = [...rowsOf([1, 2]), `${EU} 3`, `${EU} 4`, `${US} 3`, `${US} 4`];
    await awaitRows(EU, expected);
    await addRow(US, 5);
    await awaitRows(EU, [...expected, `${US} 5`]);
    await awaitStates(EU, { [US]: 'kept', [AP]: 'kept' });
  }, 90_000);

  it('leaves a peer that is away to the next run, and tells for how long it was not heard', async () => {
    const away = { ...sideOf(EU).address, port: 1 };
    const report = await keep(US, { addresses: { [EU]: away } });

    expect(report.peers).toEqual([
      {
        peer: EU,
        state: 'failed',
        detail: expect.stringContaining('eu-west-1 is not reached: ') as string,
        lagSeconds: expect.any(Number) as number,
      },
      expect.objectContaining({ peer: AP, state: 'kept' }),
    ]);
    await delay(1200);
    const later = await keep(US, { addresses: { [EU]: away } });
    expect(later.peers[0]?.lagSeconds).toBeGreaterThan(report.peers[0]?.lagSeconds ?? Infinity);
  }, 60_000);

  it('tells how long rows have not arrived, and what is kept for whoever does not take them', async () => {
    const { client } = sideOf(US);
    // Holds back every change of the table that a worker would make.
    await client.query('BEGIN');
    await client.query('LOCK TABLE gateway_changes IN EXCLUSIVE MODE');
    await addRow(EU, 6);
    await sideOf(EU).client.query(
      "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 2 * 1024 * 1024))",
    );
    await addRow(EU, 7);

    const [report, held] = [await keep(US), await keep(EU)];

    expect(report.peers[0]).toMatchObject({ peer: EU, state: 'kept' });
    expect(report.peers[0]?.lagSeconds).toBeGreaterThan(9);
    expect(report.peers[1]?.lagSeconds).toBeLessThan(10);
    const toUs = held.heldBack.find(({ peer }) => peer === US)?.bytes ?? 0;
    expect(toUs).toBeGreaterThan(1024 ** 2);
    await client.query('ROLLBACK');
    await waitUntil(async () => ((await keep(US)).peers[0]?.lagSeconds ?? 99) < 5);
  }, 120_000);

  it('tells a subscription again how its peer is reached when it had stopped', async () => {
    await sideOf(US).client.query('ALTER SUBSCRIPTION gateway_from_eu_west_1 DISABLE');
    await addRow(EU, 8);

    expect((await keep(US)).peers[0]).toMatchObject({ peer: EU, state: 'told-again' });

    await waitUntil(async () => (await readRows(US)).includes(`${EU} 8`));
  }, 60_000);

  it('goes on where an earlier run was stopped half-way', async () => {
    const { client } = sideOf(US);
    await client.query('ALTER SUBSCRIPTION gateway_from_eu_west_1 DISABLE');
    await client.query('ALTER SUBSCRIPTION gateway_from_eu_west_1 SET (slot_name = NONE)');
    await client.query('DROP SUBSCRIPTION gateway_from_eu_west_1');

    // The slot is there, and so is the subscription that has been told nothing yet.
    const broken = await withSessions((query) =>
      keepReplication(
        inputOf(US, (region, text, values) =>
          text === CONNECT_SUBSCRIPTION
            ? Promise.reject(new Error('stopped'))
            : query(region, text, values),
        ),
      ),
    );
    expect(broken?.peers[0]).toMatchObject({ peer: EU, state: 'failed', detail: 'stopped' });
    expect((await keep(US)).peers[0]).toMatchObject({ peer: EU, state: 'told-again' });
    await addRow(EU, 9);
    await waitUntil(async () => (await readRows(US)).includes(`${EU} 9`));
  }, 60_000);

  it('rejects a database that has no schema yet', async () => {
    const { client } = sideOf(AP);
    await client.query('ALTER TABLE gateway_budget_transfers RENAME TO other_transfers');
    await expect(keep(AP)).rejects.toThrow(
      new Error('the schema is not there yet: it is brought by the rollout of the gateway'),
    );
    await client.query('ALTER TABLE other_transfers RENAME TO gateway_budget_transfers');
  });

  it('tells a subscription the password that holds now', async () => {
    await sideOf(US).client.query('ALTER SUBSCRIPTION gateway_from_eu_west_1 DISABLE');
    const stale = await keep(US, { password: STALE_PASSWORD });
    expect(stale.peers[0]).toMatchObject({
      peer: EU,
      state: 'failed',
      detail: expect.stringContaining(
        'password authentication failed for user "litellm"',
      ) as string,
    });
    await addRow(EU, 10);

    expect((await keep(US)).peers[0]).toMatchObject({ peer: EU, state: 'told-again' });

    await waitUntil(async () => (await readRows(US)).includes(`${EU} 10`));
  }, 60_000);

  it('leaves no password in the log of a server, nor in what fails', async () => {
    const { client } = sideOf(US);
    await client.query(
      `SELECT set_config('${CONNECTION_SETTINGS.subscription}', 'gateway_from_nowhere', false),
        set_config('${CONNECTION_SETTINGS.connection}', $1, false)`,
      [`host=nowhere password=${STALE_PASSWORD}`],
    );
    const failed: unknown = await client
      .query(CONNECT_SUBSCRIPTION)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ message: 'subscription "gateway_from_nowhere" does not exist' });

    const logs = [...sides.values()].map(({ server }) =>
      readFileSync(join(server.member.folder, '..', 'server.log'), 'utf8'),
    );
    expect(logs.join()).toContain('gateway_from_nowhere');
    for (const text of [...logs, JSON.stringify(failed)]) {
      for (const secret of SECRETS) expect(text).not.toContain(secret);
    }
  });

  async function startSide(): Promise<Side> {
    const server = await startPostgresServer(16, {
      wal_level: 'logical',
      track_functions: 'all',
      wal_retrieve_retry_interval: '200ms',
      // As deployed.
      log_min_duration_statement: '1000',
    });
    const admin = new Client({ connectionString: await server.createDatabase('litellm') });
    await admin.connect();
    await admin.query(
      `CREATE ROLE litellm LOGIN REPLICATION PASSWORD ${admin.escapeLiteral(PASSWORD)}`,
    );
    await admin.query('GRANT pg_create_subscription TO litellm');
    await admin.query('ALTER DATABASE litellm OWNER TO litellm');
    const address: PeerAddress = {
      host: '127.0.0.1',
      port: admin.port,
      databaseName: 'litellm',
      userName: 'litellm',
      sslMode: 'disable',
    };
    await admin.end();
    const client = new Client({
      host: address.host,
      port: address.port,
      user: 'litellm',
      password: PASSWORD,
      database: 'litellm',
    });
    await client.connect();
    for (const { statements } of MIGRATIONS) {
      for (const statement of statements) await client.query(statement);
    }
    return { server, client, address };
  }

  function sideOf(region: RegionName): Side {
    const side = sides.get(region);
    if (side === undefined) throw new Error(`${region} did not start`);
    return side;
  }

  interface Changes {
    /** Where peers are said to be. */
    readonly addresses?: Readonly<Record<string, PeerAddress>>;
    /** What subscriptions are told. */
    readonly password?: string;
  }

  function withSessions<Result>(
    use: (query: QueryRegion) => Promise<Result>,
    addresses: Changes['addresses'] = {},
  ): Promise<Result> {
    const own = Object.fromEntries(REGIONS.map((region) => [region, sideOf(region).address]));
    return withRegions({ addresses: { ...own, ...addresses }, password: PASSWORD }, use);
  }

  function inputOf(
    region: RegionName,
    query: QueryRegion,
    { addresses = {}, password = PASSWORD }: Changes = {},
  ): KeepReplicationInput {
    const peers = REGIONS.filter((each) => each !== region).map((peer) => ({
      region: peer,
      ...sideOf(peer).address,
      ...addresses[peer],
    }));
    return { region, peers, password, query, wait: (delayMs) => delay(delayMs) };
  }

  function tryToKeep(region: RegionName, changes: Changes = {}): Promise<ReplicationReport | null> {
    return withSessions(
      (query) => keepReplication(inputOf(region, query, changes)),
      changes.addresses,
    );
  }

  async function keep(region: RegionName, changes: Changes = {}): Promise<ReplicationReport> {
    const report = await tryToKeep(region, changes);
    if (report === null) throw new Error('another run is at it');
    return report;
  }

  function states({ peers }: ReplicationReport): Readonly<Record<string, string>> {
    return Object.fromEntries(peers.map(({ peer, state }) => [peer, state]));
  }

  async function awaitStates(
    region: RegionName,
    expected: Readonly<Record<string, string>>,
  ): Promise<void> {
    await waitUntil(
      async () => JSON.stringify(states(await keep(region))) === JSON.stringify(expected),
    );
  }

  function rowsOf(seqs: readonly number[]): readonly string[] {
    return REGIONS.flatMap((region) => seqs.map((seq) => `${region} ${seq}`));
  }

  /** One change, as a replica of the region would write it. */
  async function addRow(region: RegionName, seq: number): Promise<void> {
    await sideOf(region).client.query(
      `INSERT INTO gateway_changes VALUES ($1, $2, $3, 'key', 'k', '{}', 'somebody')`,
      [`${region} ${seq}`, region, seq],
    );
  }

  async function readRows(region: RegionName): Promise<readonly string[]> {
    const { rows } = await sideOf(region).client.query<{ stamp: string }>(
      'SELECT stamp FROM gateway_changes ORDER BY stamp',
    );
    return rows.map(({ stamp }) => stamp);
  }

  async function awaitRows(region: RegionName, expected: readonly string[]): Promise<void> {
    await waitUntil(
      async () => (await readRows(region)).join() === [...expected].sort().join(),
      async () => `${region} has ${(await readRows(region)).join(', ')}`,
    );
  }

  /** How many rows replication brought, also those that were passed over. */
  async function countReceived(region: RegionName): Promise<number> {
    const { rows } = await sideOf(region).client.query<{ received: string }>(
      "SELECT coalesce(sum(calls), 0) AS received FROM pg_stat_user_functions WHERE funcname = 'gateway_changes_once'",
    );
    return Number(rows[0]?.received);
  }

  /** What a run could have made anew. */
  async function readObjects(region: RegionName): Promise<unknown> {
    const { rows } = await sideOf(region).client.query(
      `SELECT 'publication' AS kind, oid::text AS id, xmin::text AS version FROM pg_publication
       UNION ALL SELECT 'subscription', oid::text, '' FROM pg_subscription
       UNION ALL SELECT 'slot', slot_name::text, '' FROM pg_replication_slots ORDER BY 1, 2`,
    );
    return rows;
  }

  async function dropSlot(region: RegionName, slot: string): Promise<void> {
    const { client } = sideOf(region);
    await waitUntil(async () => {
      await client.query(
        'SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1',
        [slot],
      );
      return client.query('SELECT pg_drop_replication_slot($1)', [slot]).then(
        () => true,
        () => false,
      );
    });
  }

  async function waitUntil(
    holds: () => Promise<boolean>,
    describe: () => Promise<string> = () => Promise.resolve('it did not come to that'),
  ): Promise<void> {
    const end = performance.now() + 45_000;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(await describe());
      await delay(100);
    }
  }
});
