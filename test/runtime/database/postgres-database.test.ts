import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDsqlToken } from '../../../runtime/database/iam/dsql-token';
import { PostgresDatabase } from '../../../runtime/database/postgres-database';
import { parseDatabaseSettings } from '../../../runtime/database/database-settings';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { createLoopbackCertificate } from '../../support/loopback-certificate';
import { ManualClock } from '../../support/manual-clock';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import { itIsADatabase } from './sql.contract';

const POOL_LIMIT = 5;

function connect(
  url: string,
  readerUrl?: string,
  path: 'direct' | 'pooled' = 'direct',
): PostgresDatabase {
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
    path,
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

describe('PostgresDatabase that logs in to Aurora DSQL', () => {
  const USER = 'admin';
  const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'T' };
  let server: PostgresServer;
  let url: URL;
  let token: string;
  const clock = new ManualClock();

  beforeAll(async () => {
    server = await startPostgresServer(16);
    const { key, certificate } = createLoopbackCertificate('localhost');
    const folder = server.member.folder;
    writeFileSync(join(folder, 'server.key'), key);
    chmodSync(join(folder, 'server.key'), 0o600);
    writeFileSync(join(folder, 'server.crt'), certificate);
    await server.member.writeSettings({ ssl: 'on', fsync: 'off' });
    await server.member.stop();
    await server.member.start(() => undefined);
    url = new URL(await server.createDatabase('litellm'));
    const owner = connect(url.href);
    // What DSQL makes of the token it makes itself; here the same token is the password.
    const login = { host: 'localhost', user: USER, awsRegion: 'eu-west-1' };
    token = renderDsqlToken(login, CREDENTIALS, clock.wallMs()).token;
    await owner.writer.query(`CREATE ROLE ${USER} LOGIN PASSWORD '${token}'`);
    await owner.stop();
    url.host = `localhost:${url.port}`;
    url.username = USER;
    url.password = '';
  });

  afterAll(() => server.stop());

  function open(certificateFile: string | null): PostgresDatabase {
    const settings = parseDatabaseSettings({
      environment: {
        DATABASE_URL: url.href,
        LITELLM_HA_DATABASE_AUTH: 'dsql-iam',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
        ...(certificateFile === null ? {} : { PGSSLROOTCERT: certificateFile }),
      },
      configuredUrl: null,
    });
    if (settings === null) throw new Error('no database is configured');
    return new PostgresDatabase({ settings, poolLimit: 1, clock, random: systemRandom });
  }

  it('gives a token for the password, over TLS, and sets no bound in a transaction', async () => {
    const database = open(join(server.member.folder, 'server.crt'));
    try {
      await database.readAnswer();
      const [row] = await database.writer.transaction((sql) =>
        sql.query<{ readonly name: string; readonly bound: string; readonly ssl: boolean }>(
          `SELECT current_user AS name, current_setting('statement_timeout') AS bound,
            (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS ssl`,
        ),
      );
      expect(row).toEqual({ name: USER, bound: '0', ssl: true });
    } finally {
      await database.stop();
    }
  });

  it('rejects a server whose certificate no authority of Node.js has signed', async () => {
    const database = open(null);
    try {
      await expect(database.readAnswer()).rejects.toThrow('self-signed certificate');
    } finally {
      await database.stop();
    }
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

/**
 * Of what the documentation of RDS Proxy names, all that a client can send: for each of these the proxy keeps a connection to the
 * server for the client until it goes.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
 */
const HELD_FOR = [
  /(^|;)\s*(SET|RESET|PREPARE|DEALLOCATE|DISCARD|DECLARE|LISTEN|LOAD)\b/i,
  /(^|;)\s*CREATE\s+TEMP/i,
  /\b(set_config|setval|nextval|pg_(try_)?advisory_lock(_shared)?)\b/i,
];
const LONGEST_STATEMENT = 16 * 1024;

describe('PostgresDatabase behind a pooler', () => {
  let server: PostgresServer;
  let database: PostgresDatabase;

  beforeAll(async () => {
    server = await startPostgresServer(16, { log_statement: 'all', log_line_prefix: '%a|' });
    database = connect(await server.createDatabase('contract'), undefined, 'pooled');
  });

  afterAll(async () => {
    await database.stop();
    await server.stop();
  });

  itIsADatabase(() => database);

  it('has sent nothing by then for which a proxy keeps a connection', async () => {
    const sent = await readStatements(database);
    expect(sent.length).toBeGreaterThan(500);
    for (const { name, text } of sent) {
      expect(name).toBe('<unnamed>');
      expect(text.length).toBeLessThan(LONGEST_STATEMENT);
      for (const held of HELD_FOR) expect(text).not.toMatch(held);
    }
  });
});

/** What the gateway sent, as the server logged it. */
async function readStatements(
  database: PostgresDatabase,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const [row] = await database.writer.query<{ folder: string }>(
    "SELECT current_setting('data_directory') AS folder",
  );
  const log = readFileSync(join(row?.folder ?? '', '..', 'server.log'), 'utf8');
  return log
    .split(/^(?=[^|\n]*\|)/m)
    .filter((entry) => entry.startsWith('litellm-ha|LOG:'))
    .flatMap((entry) => {
      const found = /(?:statement|execute ([^:]+)): ([\s\S]*)$/.exec(entry);
      return found === null ? [] : [{ name: found[1] ?? '<unnamed>', text: found[2] ?? '' }];
    });
}
