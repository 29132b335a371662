import { PostgresDatabase } from '../../../runtime/database/postgres-database';
import { parseDatabaseSettings } from '../../../runtime/database/database-settings';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import { itIsADatabase } from './sql.contract';

const POOL_LIMIT = 5;

function connect(url: string, readerUrl?: string): PostgresDatabase {
  const settings = parseDatabaseSettings({
    environment: { DATABASE_URL: url, DATABASE_URL_READ_REPLICA: readerUrl },
    configuredUrl: null,
  });
  if (settings === null) throw new Error('no database is configured');
  return new PostgresDatabase({
    settings,
    poolLimit: POOL_LIMIT,
    clock: systemClock,
    random: systemRandom,
  });
}

describe.each([16, 17] as const)('PostgresDatabase with PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let url: string;
  let database: PostgresDatabase;

  beforeAll(async () => {
    server = await startPostgresServer(version);
    url = await server.createDatabase('contract');
    database = connect(url);
  });

  afterAll(async () => {
    await database.stop();
    await server.stop();
  });

  itIsADatabase(() => database);

  it('repeats a transaction after a deadlock', async () => {
    await database.writer.query('CREATE TABLE pair (id integer PRIMARY KEY, n integer)');
    await database.writer.query('INSERT INTO pair VALUES (1, 0), (2, 0)');
    let arrived = 0;
    let meet: () => void = () => undefined;
    const met = new Promise<void>((resolve) => (meet = resolve));
    const update = (first: number, second: number): Promise<void> =>
      database.writer.transaction(async (sql) => {
        await sql.query('UPDATE pair SET n = n + 1 WHERE id = $1', [first]);
        arrived += 1;
        if (arrived === 2) meet();
        await met;
        await sql.query('UPDATE pair SET n = n + 1 WHERE id = $1', [second]);
      });
    await Promise.all([update(1, 2), update(2, 1)]);
    expect(arrived).toBe(3);
    expect(await database.writer.query('SELECT n FROM pair')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('answers again after the server was killed, without a restart', async () => {
    await Promise.all(
      Array.from({ length: POOL_LIMIT }, () => database.writer.query('SELECT pg_sleep(0.05)')),
    );
    await server.member.kill();
    // Kept connections may still be served by what is left of the server; a new one is not.
    await expect(database.readAnswer()).rejects.toThrow();
    await server.member.start(() => undefined);
    expect(await askAgain(database)).toEqual([{ n: 1 }]);
    await expect(database.readAnswer()).resolves.toBeUndefined();
  });

  it('opens a new connection when the server has become read-only', async () => {
    const before = await readBackend(database);
    await expect(
      database.writer.transaction(async (sql) => {
        await sql.query('SET LOCAL transaction_read_only = on');
        await sql.query('CREATE TABLE refused (n integer)');
      }),
    ).rejects.toThrow('read-only transaction');
    expect(await readBackend(database)).not.toBe(before);
  });

  it('uses a connection again after a refused statement', async () => {
    const before = await readBackend(database);
    await expect(database.writer.query('SELECT nothing')).rejects.toThrow('does not exist');
    expect(await readBackend(database)).toBe(before);
  });

  it('sends reads to the reader', async () => {
    const other = await server.createDatabase('reader');
    const routed = connect(url, other);
    const name = 'SELECT current_database() AS name';
    expect(await routed.writer.query(name)).toEqual([{ name: 'contract' }]);
    expect(await routed.reader.query(name)).toEqual([{ name: 'reader' }]);
    await routed.stop();
  });
});

/** Each connection of before may fail once, and is gone then. */
async function askAgain(database: PostgresDatabase): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  while (failures.length <= POOL_LIMIT) {
    try {
      return await database.writer.query('SELECT 1 AS n');
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, 'more failures than connections');
}

async function readBackend(database: PostgresDatabase): Promise<number> {
  const [row] = await database.writer.query<{ readonly pid: number }>(
    'SELECT pg_backend_pid() AS pid',
  );
  return row?.pid ?? 0;
}
