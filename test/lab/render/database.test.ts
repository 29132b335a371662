import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client } from 'pg';
import { metricsOf, planAlerts } from '../../../lib/alerts';
import {
  renderCreateDatabase,
  renderPatroni,
  renderPgbouncer,
  type PatroniInput,
} from '../../../lib/render';
import { anAlertScope } from '../../lib/alerts/alert-scopes';
import { describeWithTool, findTool } from '../../support/lab-tool';
import {
  createConfigFolder,
  createFolder,
  findFreePort,
  startProgram,
  waitFor,
  type Program,
} from './program';

const PASSWORD = 'litellmPassword1';
/** Only the folder of a whole server holds this program. */
const BIN_FOLDER = dirname(findTool('pg_controldata') ?? '/');

interface Member {
  readonly program: Program;
  readonly postgresPort: number;
  readonly restPort: number;
}

describeWithTool('etcd', (etcd) => {
  describeWithTool('patroni', (patroni) => {
    describeWithTool('pgbouncer', (pgbouncer) => {
      const programs: Program[] = [];
      const dataFolders: string[] = [];
      let etcdPort: number;
      let first: Member;
      let second: Member;
      let poolerPort: number;

      beforeAll(async () => {
        etcdPort = await startEtcd();
        first = await startMember('member-0');
        await waitForStatus(first, '/primary');
        second = await startMember('member-1');
        poolerPort = await startPooler(first.postgresPort);
        await waitForStatus(second, '/replica');
      }, 120_000);

      afterAll(async () => {
        // Patroni detaches PostgreSQL and stops it only when asked kindly.
        for (const program of [...programs].reverse()) await program.stop('SIGTERM');
        for (const folder of dataFolders) stopLeftOver(folder);
      }, 60_000);

      describe('renderPatroni', () => {
        it('starts a primary with the role and the database of the gateway', async () => {
          const rows = await query({ port: first.postgresPort }, [
            'create table t (n int)',
            'insert into t values (1)',
            'select n, current_user as who from t',
          ]);
          expect(rows).toEqual([{ n: 1, who: 'litellm' }]);
        });

        it('sets what was asked for', async () => {
          await expect(setting('max_connections')).resolves.toBe('123');
          await expect(setting('data_checksums')).resolves.toBe('on');
          await expect(setting('wal_level')).resolves.toBe('replica');
          await expect(setting('password_encryption')).resolves.toBe('scram-sha-256');
        });

        it('makes the second member a synchronous standby', async () => {
          const names = await waitFor(async () => {
            const value = await setting('synchronous_standby_names');
            return value === '' ? null : value;
          }, describeAll);
          expect(names).toMatch(/member-1/);
        }, 60_000);

        it('tells Prometheus what the alerts on PostgreSQL ask for', async () => {
          const answer = await fetch(`http://127.0.0.1:${first.restPort}/metrics`);
          const text = await answer.text();
          const wanted = planAlerts(anAlertScope({ patroni: { scope: 'lab' } }))
            .flatMap(({ expr }) => metricsOf(expr))
            .filter((name) => name.startsWith('patroni_'));

          expect(wanted).toContain('patroni_primary');
          for (const name of wanted)
            expect(text).toMatch(new RegExp(`^${name}\\{scope="lab"`, 'm'));
        });

        it('refuses a wrong password', async () => {
          await expect(
            query({ port: first.postgresPort, password: 'wrong' }, ['select 1']),
          ).rejects.toThrow('password authentication failed for user "litellm"');
        });
      });

      describe('renderPgbouncer', () => {
        it('carries queries under both names, with SCRAM on both sides', async () => {
          await expect(query({ port: poolerPort }, ['select 1 as n'])).resolves.toEqual([{ n: 1 }]);
          await expect(
            query({ port: poolerPort, database: 'litellm_readonly' }, ['select 2 as n']),
          ).resolves.toEqual([{ n: 2 }]);
        });

        it('refuses a wrong password', async () => {
          await expect(
            query({ port: poolerPort, password: 'wrong' }, ['select 1']),
          ).rejects.toThrow(/SASL authentication failed|password authentication failed/);
        });
      });

      async function startEtcd(): Promise<number> {
        const port = await findFreePort();
        const peerPort = await findFreePort();
        const client = `http://127.0.0.1:${port}`;
        const peer = `http://127.0.0.1:${peerPort}`;
        const program = startProgram(
          etcd,
          [
            ...['--data-dir', `${createFolder('etcd')}/data`, '--name', 'lab'],
            ...['--listen-client-urls', client, '--advertise-client-urls', client],
            ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
            ...['--initial-cluster', `lab=${peer}`],
          ],
          {},
        );
        programs.push(program);
        await waitFor(
          async () => ((await fetchStatus(`${client}/health`)) === 200 ? true : null),
          describeAll,
        );
        return port;
      }

      async function startMember(name: string): Promise<Member> {
        const postgresPort = await findFreePort();
        const restPort = await findFreePort();
        const runFolder = createFolder('run');
        const dataFolder = `${createFolder('data')}/pgroot/data`;
        dataFolders.push(dataFolder);
        const input: Omit<PatroniInput, 'createDatabaseScript'> = {
          scope: 'lab',
          postgresPort,
          restPort,
          dataFolder,
          binFolder: BIN_FOLDER,
          runFolder,
          maxConnections: 123,
          sharedBuffersMib: 32,
          databaseName: 'litellm',
          userName: 'litellm',
          stateStore: { etcd3: { hosts: [`127.0.0.1:${etcdPort}`] } },
        };
        const config = createConfigFolder((folder) => ({
          'patroni.yml': renderPatroni({
            ...input,
            createDatabaseScript: `${folder}/create-database.sh`,
          }),
          'create-database.sh': renderCreateDatabase(input),
        }));
        const program = startProgram(patroni, [`${config}/patroni.yml`], {
          PATRONI_NAME: name,
          PATRONI_POSTGRESQL_LISTEN: `127.0.0.1:${postgresPort}`,
          PATRONI_POSTGRESQL_CONNECT_ADDRESS: `127.0.0.1:${postgresPort}`,
          PATRONI_RESTAPI_LISTEN: `127.0.0.1:${restPort}`,
          PATRONI_RESTAPI_CONNECT_ADDRESS: `127.0.0.1:${restPort}`,
          PATRONI_SUPERUSER_PASSWORD: 'superuserPassword1',
          PATRONI_REPLICATION_PASSWORD: 'replicationPassword1',
          PATRONI_REWIND_PASSWORD: 'rewindPassword1',
          DATABASE_PASSWORD: PASSWORD,
        });
        programs.push(program);
        return { program, postgresPort, restPort };
      }

      async function startPooler(serverPort: number): Promise<number> {
        const port = await findFreePort();
        const server = { host: '127.0.0.1', port: serverPort };
        const config = createConfigFolder((folder) => ({
          'userlist.txt': `"litellm" "${PASSWORD}"\n`,
          'pgbouncer.ini': renderPgbouncer({
            databases: [
              { name: 'litellm', server, serverDatabaseName: 'litellm' },
              { name: 'litellm_readonly', server, serverDatabaseName: 'litellm' },
            ],
            listenAddress: '127.0.0.1',
            listenPort: port,
            userFile: `${folder}/userlist.txt`,
            maxClientConnections: 100,
            poolSize: 5,
            reserve: 1,
            // Debian 12 has PgBouncer 1.18.
            maxPreparedStatements: null,
          }),
        }));
        programs.push(startProgram(pgbouncer, [`${config}/pgbouncer.ini`], {}));
        return port;
      }

      async function waitForStatus(member: Member, path: string): Promise<void> {
        const url = `http://127.0.0.1:${member.restPort}${path}`;
        await waitFor(async () => ((await fetchStatus(url)) === 200 ? true : null), describeAll);
      }

      async function setting(name: string): Promise<unknown> {
        const [row] = await query({ port: first.postgresPort }, [
          `select current_setting('${name}') as value`,
        ]);
        return row?.value;
      }

      function describeAll(): string {
        return programs.map((each) => each.output()).join('\n---\n');
      }
    });
  });
});

async function query(
  target: { readonly port: number; readonly database?: string; readonly password?: string },
  statements: readonly string[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({
    host: '127.0.0.1',
    user: 'litellm',
    database: 'litellm',
    password: PASSWORD,
    ...target,
  });
  await client.connect();
  try {
    let rows: readonly Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** A Patroni that had to be killed leaves its PostgreSQL behind. */
function stopLeftOver(dataFolder: string): void {
  const file = `${dataFolder}/postmaster.pid`;
  if (!existsSync(file)) return;
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT');
}

async function fetchStatus(url: string): Promise<number | null> {
  try {
    return (await fetch(url)).status;
  } catch {
    return null;
  }
}
