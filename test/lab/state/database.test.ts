import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderPgbouncer } from '../../../lib/render';
import { parseDatabaseSettings } from '../../../runtime/database/database-settings';
import { PostgresDatabase } from '../../../runtime/database/postgres-database';
import { migrate } from '../../../runtime/database/migrate';
import { SqlLedgerStore } from '../../../runtime/database/sql-ledger-store';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { itIsADatabase } from '../../runtime/database/sql.contract';
import { describeWithTool } from '../../support/lab-tool';
import { ledgerBatches, ledgerRow } from '../../support/ledger-rows';
import { startMetadataService } from '../../support/metadata-service';
import type { MetadataService } from '../../support/metadata-service';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import {
  createConfigFolder,
  findFreePort,
  startProgram,
  waitFor,
  type Program,
} from '../render/program';

const WRITERS = 4;
const BATCHES = 60;
const PER_BATCH = 25;

function connect(
  url: string,
  environment: Readonly<Record<string, string>> = {},
  queryTimeoutMs = 10_000,
): PostgresDatabase {
  const settings = parseDatabaseSettings({ environment, configuredUrl: url });
  if (settings === null) throw new Error('no database is configured');
  return new PostgresDatabase({
    settings,
    poolLimit: 8,
    clock: systemClock,
    random: systemRandom,
    queryTimeoutMs,
  });
}

// Only the folder of a whole server holds this program.
describeWithTool('pg_controldata', (controlData) => {
  describe('PostgresDatabase with the installed PostgreSQL', () => {
    let server: PostgresServer;
    let database: PostgresDatabase;

    beforeAll(async () => {
      server = await startPostgresServer({ folder: dirname(controlData) });
      database = connect(await server.createDatabase('contract'));
    });

    afterAll(async () => {
      await database.stop();
      await server.stop();
    });

    itIsADatabase(() => database);
  });
});

describeWithTool('openssl', (openssl) => {
  describe('PostgresDatabase with a token for a password', () => {
    let server: PostgresServer;
    let metadata: MetadataService;
    let authorityFile: string;
    let url: string;
    let token = 'litellm-test';

    beforeAll(async () => {
      server = await startPostgresServer(16);
      authorityFile = createCertificate(openssl, server);
      await server.member.writeSettings({ ssl: 'on', fsync: 'off' });
      await server.member.stop();
      await server.member.start(() => undefined);
      metadata = await startMetadataService(() =>
        JSON.stringify({ access_token: token, expires_in: 3600 }),
      );
      url = await server.createDatabase('tokens');
    });

    afterAll(async () => {
      await metadata.stop();
      await server.stop();
    });

    const open = (sslMode: string, host: string): PostgresDatabase =>
      connect(url.replace('127.0.0.1', host), {
        LITELLM_HA_DATABASE_AUTH: 'cloud-sql-iam',
        GCE_METADATA_HOST: metadata.host,
        PGSSLMODE: sslMode,
        PGSSLROOTCERT: authorityFile,
      });
    const readTls = (database: PostgresDatabase) =>
      database.writer.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');

    it('logs in over TLS, with the server verified', async () => {
      const database = open('verify-full', 'localhost');
      expect(await readTls(database)).toEqual([{ ssl: true }]);
      await expect(database.readAnswer()).resolves.toBeUndefined();
      await database.stop();
    });

    it('rejects a server of another name only where names are checked', async () => {
      const strict = open('verify-full', '127.0.0.1');
      await expect(readTls(strict)).rejects.toThrow('does not match certificate');
      await strict.stop();
      const lenient = open('verify-ca', '127.0.0.1');
      expect(await readTls(lenient)).toEqual([{ ssl: true }]);
      await lenient.stop();
    });

    it('tells of a token that the server refuses, and not the token', async () => {
      token = 'token-canary';
      const database = open('require', 'localhost');
      const failure = await readTls(database).then(
        () => null,
        (error: unknown) => error,
      );
      expect(String(failure)).toContain('password authentication failed');
      expect(String(failure)).not.toContain('token-canary');
      token = 'litellm-test';
      await database.stop();
    });
  });
});

describe('PostgresDatabase with a server that hangs', () => {
  it('gives up a question in time, and answers once the server is back', async () => {
    const server = await startPostgresServer(16);
    const database = connect(await server.createDatabase('frozen'), {}, 400);
    await database.writer.query('SELECT 1');
    signalTree(server.member.pid ?? 0, 'SIGSTOP');
    try {
      await expect(database.writer.query('SELECT 1')).rejects.toThrow('timeout');
      await expect(database.writer.transaction((sql) => sql.query('SELECT 1'))).rejects.toThrow(
        'timeout',
      );
    } finally {
      signalTree(server.member.pid ?? 0, 'SIGCONT');
    }
    expect(await database.writer.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await database.stop();
    await server.stop();
  });
});

/** The server and its backends. */
function signalTree(pid: number, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const each of [pid, ...children.map(Number)]) if (each > 0) process.kill(each, signal);
}

/** For `localhost` alone, signed by itself. */
function createCertificate(openssl: string, server: PostgresServer): string {
  const key = join(server.member.folder, 'server.key');
  const certificate = join(server.member.folder, 'server.crt');
  execFileSync(
    openssl,
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  chmodSync(key, 0o600);
  const copy = join(mkdtempSync(join(tmpdir(), 'authority-')), 'ca.pem');
  writeFileSync(copy, readFileSync(certificate));
  return copy;
}

describeWithTool('pgbouncer', (pgbouncer) => {
  describe('PostgresDatabase behind PgBouncer in transaction mode', () => {
    let server: PostgresServer;
    let pooler: Program;
    let database: PostgresDatabase;

    beforeAll(async () => {
      server = await startPostgresServer(16);
      const direct = new URL(await server.createDatabase('litellm'));
      const port = await findFreePort();
      const config = createConfigFolder((folder) => ({
        'userlist.txt': `"postgres" "${direct.password}"\n`,
        'pgbouncer.ini': renderPgbouncer({
          databases: [
            {
              name: 'litellm',
              server: { host: '127.0.0.1', port: Number(direct.port) },
              serverDatabaseName: 'litellm',
            },
          ],
          listenAddress: '127.0.0.1',
          listenPort: port,
          userFile: `${folder}/userlist.txt`,
          maxClientConnections: 100,
          poolSize: 3,
          reserve: 1,
          // Debian 12 has PgBouncer 1.18.
          maxPreparedStatements: null,
        }),
      }));
      pooler = startProgram(pgbouncer, [`${config}/pgbouncer.ini`], {});
      direct.port = String(port);
      database = connect(direct.toString());
      await waitFor(
        () =>
          database.readAnswer().then(
            () => true,
            () => null,
          ),
        () => pooler.output(),
      );
    }, 60_000);

    afterAll(async () => {
      await database.stop();
      await pooler.stop('SIGTERM');
      await server.stop();
    });

    itIsADatabase(() => database);

    it('loses and doubles nothing when the primary is killed, and needs no restart', async () => {
      await migrate(database.writer);
      const store = new SqlLedgerStore(database);
      const progress = { stored: 0, failures: 0 };
      const write = async (writer: number): Promise<void> => {
        const rows = Array.from({ length: BATCHES * PER_BATCH }, (_, index) =>
          ledgerRow({ seq: index + 1, microDollars: index % 97 }),
        );
        const partition = { region: 'lab', boot: `writer-${writer}` };
        for (const batch of ledgerBatches(partition, rows, PER_BATCH)) {
          // As the spool does: until it is acknowledged.
          for (;;) {
            try {
              await store.write(batch);
              break;
            } catch {
              progress.failures += 1;
              await sleep(50);
            }
          }
          progress.stored += 1;
        }
      };
      const kill = async (): Promise<void> => {
        for (const share of [0.25, 0.6]) {
          while (progress.stored < WRITERS * BATCHES * share) await sleep(5);
          await server.member.kill();
          await sleep(1_000);
          await server.member.start(() => undefined);
        }
      };
      await Promise.all([kill(), ...Array.from({ length: WRITERS }, (_, index) => write(index))]);

      expect(progress.failures).toBeGreaterThan(0);
      const microDollars = Array.from({ length: BATCHES * PER_BATCH }, (_, i) => i % 97).reduce(
        (sum, amount) => sum + amount,
        0,
      );
      for (let writer = 0; writer < WRITERS; writer += 1) {
        expect(await store.readDigest({ region: 'lab', boot: `writer-${writer}` })).toEqual({
          calls: BATCHES * PER_BATCH,
          maxSeq: BATCHES * PER_BATCH,
          microDollars,
        });
      }
      expect(await database.writer.query('SELECT * FROM gateway_ledger_gaps')).toEqual([]);
    }, 120_000);
  });
});
