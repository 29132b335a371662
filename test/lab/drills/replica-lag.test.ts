import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSqlDatabase } from '../../../operations/failover/aws/sql-database';
import { loadEmbeddedPostgres } from '../../../operations/local/embedded-postgres';
import { detectMachine } from '../../../operations/local/machine';
import { reserveFreePorts } from '../../../operations/local/ports';
import { PostgresCluster } from '../../../operations/local/postgres-cluster';
import { withPostgres, type PostgresAddress } from '../../../operations/local/postgres-query';
import type { RegionalDatabase } from '../../../operations/failover/aws/executor-ports';

const HOST = '127.0.0.1';
const ADMIN = { user: 'postgres', password: 'admin-word', database: 'postgres' };
/** As long as nobody writes. */
const IDLE_MS = 1_500;

describe('the lag of a replica that streams', () => {
  let cluster: PostgresCluster;
  let writer: PostgresAddress;
  let replica: PostgresAddress;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'replica-lag-'));
    const ports = await reserveFreePorts(HOST, 4);
    const [writerPort = 0, readerPort = 0, ...members] = ports;
    cluster = new PostgresCluster({
      plan: {
        databaseName: 'litellm',
        userName: 'litellm',
        members: members.map((port, index) => ({
          name: `postgres-${index + 1}`,
          host: HOST,
          port,
        })),
        writer: { name: 'postgres-writer', host: HOST, port: writerPort },
        reader: { name: 'postgres-reader', host: HOST, port: readerPort },
        synchronousStandbyNames: 'ANY 1 (*)',
        settings: { max_connections: '40', shared_buffers: '8MB' },
      },
      postgres: loadEmbeddedPostgres({
        machine: detectMachine(),
        libraryFolder: join(folder, 'lib'),
      }),
      folder: join(folder, 'postgres'),
      logFolder: folder,
      passwords: { admin: ADMIN.password, user: 'user-word' },
      report: () => undefined,
    });
    await cluster.start();
    writer = { host: HOST, port: members[0] ?? 0, ...ADMIN };
    replica = { host: HOST, port: members[1] ?? 0, ...ADMIN };
  });

  afterAll(() => cluster.stop());

  const ask = (at: PostgresAddress, text: string) =>
    withPostgres(at, 5_000, (client) => client.query<Record<string, unknown>>(text));

  function open(at: PostgresAddress): RegionalDatabase {
    return createSqlDatabase({
      run: async (statements) => {
        const answers = [];
        for (const { text } of statements) answers.push((await ask(at, text)).rows);
        return answers;
      },
      databaseName: 'litellm',
      region: 'us-west-2',
      kind: 'rds',
    });
  }

  it('is none of a replica that has all its writer has, however long nobody writes', async () => {
    await ask(writer, 'CREATE TABLE written (n integer)');
    await wait(IDLE_MS);
    const age = 'SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS age';
    expect(Number((await ask(replica, age)).rows[0]?.['age'])).toBeGreaterThan(1);
    expect(await open(replica).readLagSeconds()).toBe(0);
    expect(await open(writer).readLagSeconds()).toBe(0);
  });

  it('is the age of what it replayed while it has more to replay', async () => {
    await ask(replica, 'SELECT pg_wal_replay_pause()');
    await ask(writer, 'SET synchronous_commit = local; INSERT INTO written VALUES (1)');
    await wait(IDLE_MS);
    expect(await open(replica).readLagSeconds()).toBeGreaterThan(1);
    await ask(replica, 'SELECT pg_wal_replay_resume()');
    await wait(IDLE_MS);
    expect(await open(replica).readLagSeconds()).toBe(0);
  });
});
