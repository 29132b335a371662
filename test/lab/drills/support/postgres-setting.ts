import { join } from 'node:path';
import { loadEmbeddedPostgres } from '../../../../operations/local/embedded-postgres';
import { detectMachine } from '../../../../operations/local/machine';
import { reserveFreePorts } from '../../../../operations/local/ports';
import { PostgresCluster } from '../../../../operations/local/postgres-cluster';
import { queryPostgres } from '../../../../operations/local/postgres-query';
import { renderPgbouncer } from '../../../../lib/render';
import { createConfigFolder, createFolder, startProgram, waitFor } from '../../render/program';
import type { Program } from '../../render/program';

const HOST = '127.0.0.1';
const PASSWORDS = { admin: 'admin', user: 'secret' } as const;

/** A primary with two synchronous replicas and their failover, behind PgBouncer in transaction mode. */
export interface PostgresSetting {
  /** Where the pooler listens. */
  readonly port: number;
  /** For gateways; another port leads through a link that a drill can break. */
  url(port?: number): string;
  query<Row extends Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
  /** SIGKILL to the primary, whichever it is now. */
  killPrimary(): void;
  stop(): Promise<void>;
}

export async function startPostgresSetting(pgbouncer: string): Promise<PostgresSetting> {
  const folder = createFolder('drill-postgres');
  const ports = await reserveFreePorts(HOST, 6);
  const [writer = 0, reader = 0, port = 0, ...members] = ports;
  const cluster = new PostgresCluster({
    plan: {
      databaseName: 'litellm',
      userName: 'litellm',
      members: members.map((member, index) => ({
        name: `postgres-${index + 1}`,
        host: HOST,
        port: member,
      })),
      writer: { name: 'postgres-writer', host: HOST, port: writer },
      reader: { name: 'postgres-reader', host: HOST, port: reader },
      synchronousStandbyNames: 'ANY 1 (*)',
      settings: { max_connections: '60', shared_buffers: '16MB' },
    },
    postgres: loadEmbeddedPostgres({
      machine: detectMachine(),
      libraryFolder: join(folder, 'lib'),
    }),
    folder: join(folder, 'postgres'),
    logFolder: folder,
    passwords: PASSWORDS,
    report: () => undefined,
  });
  await cluster.start();
  const pooler = startPooler(pgbouncer, {
    port,
    writer,
    user: { name: 'litellm', password: PASSWORDS.user },
  });
  const address = {
    host: HOST,
    port,
    user: 'litellm',
    password: PASSWORDS.user,
    database: 'litellm',
  };
  const query = <Row extends Record<string, unknown>>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> => queryPostgres<Row>(address, { text, values }, 20_000);
  await waitFor(
    () =>
      query('SELECT 1').then(
        () => true,
        () => null,
      ),
    () => `PgBouncer does not answer: ${pooler.output()}`,
  );
  return {
    port,
    url: (at = port) => `postgresql://litellm:${PASSWORDS.user}@${HOST}:${at}/litellm`,
    query,
    killPrimary: () => {
      const primary = cluster.status().find(({ role }) => role === 'primary');
      const pid = primary?.pid ?? null;
      if (pid === null) throw new Error('there is no primary to kill');
      process.kill(pid, 'SIGKILL');
    },
    stop: async () => {
      await pooler.stop('SIGTERM');
      await cluster.kill();
    },
  };
}

export interface PoolerSettings {
  readonly port: number;
  /** Port of the server. */
  readonly writer: number;
  readonly user: { readonly name: string; readonly password: string };
}

export function startPooler(pgbouncer: string, { port, writer, user }: PoolerSettings): Program {
  const config = createConfigFolder((folder) => ({
    'pgbouncer.ini': renderPgbouncer({
      databases: [
        {
          name: 'litellm',
          server: { host: HOST, port: writer },
          serverDatabaseName: 'litellm',
        },
      ],
      listenAddress: HOST,
      listenPort: port,
      userFile: `${folder}/userlist.txt`,
      maxClientConnections: 200,
      poolSize: 20,
      reserve: 5,
      maxPreparedStatements: null,
    }),
    'userlist.txt': `"${user.name}" "${user.password}"\n`,
  }));
  return startProgram(pgbouncer, [`${config}/pgbouncer.ini`], {});
}
