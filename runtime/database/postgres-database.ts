import { readFileSync } from 'node:fs';
import { Pool, types } from 'pg';
import type { ClientConfig } from 'pg';
import type { Clock, Random } from '../ports';
import { ContainedClient } from './contained-client';
import type {
  DatabaseLogin,
  DatabaseServer,
  DatabaseSettings,
  DatabaseTls,
} from './database-settings';
import type { AccessToken } from '../credentials/held-token';
import { RenewedToken } from './iam/access-token';
import { readAwsCredentials } from '../credentials/aws/credential-source';
import { readCloudSqlToken } from './iam/cloud-sql-token';
import { renderDsqlToken } from './iam/dsql-token';
import { renderRdsToken } from './iam/rds-token';
import { parseWholeNumber } from './parse-whole-number';
import { PoolSql } from './pool-sql';
import type { Database, Sql } from './sql';

/** To a connection that may send, and to one that is free. */
const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;
/**
 * After a failover a name means another server; no connection stays with the old one for longer. Aurora DSQL would end it
 * after an hour, in the middle of whatever it does.
 */
const LIFE_SECONDS = 300;
const KEEP_ALIVE_AFTER_MS = 10_000;

export interface PostgresDatabaseProps {
  readonly settings: DatabaseSettings;
  /** Connections to each of writer and reader, at most. */
  readonly poolLimit: number;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Bound on one statement. Raise it for a job that migrates large tables. Unit: milliseconds.
   *
   * @default 10000
   */
  readonly queryTimeoutMs?: number;
  /**
   * `pooled`: behind a pooler that keeps a connection for whoever sets a variable, as RDS Proxy does. The bound on a statement
   * is the driver's alone then.
   *
   * @default 'direct'
   */
  readonly path?: 'direct' | 'pooled';
}

/**
 * PostgreSQL behind a pool of connections to the writer, and one to the reader where there is one. Nothing connects before
 * it is asked, and everything that breaks is opened anew by the next question, so no outage needs a restart.
 */
export class PostgresDatabase implements Database {
  readonly kind = 'server';
  readonly writer: Sql;
  readonly reader: Sql;
  private readonly pools: readonly Pool[];
  private readonly writerConfig: ClientConfig;

  constructor(props: PostgresDatabaseProps) {
    const { settings, poolLimit, clock, random } = props;
    const queryTimeoutMs = props.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
    // Aurora DSQL lets no bound be set; it ends what takes longer than five minutes, and the driver waits no longer than its own.
    const statementTimeoutMs =
      settings.login.kind === 'dsql-iam' || props.path === 'pooled' ? null : queryTimeoutMs;
    const open = (config: ClientConfig): { readonly pool: Pool; readonly sql: Sql } => {
      const pool = createPool(config, { poolLimit, queryTimeoutMs });
      const sql = new PoolSql({ pool, clock, random, statementTimeoutMs });
      return { pool, sql };
    };
    this.writerConfig = createConfig(settings.writer, settings.login, clock);
    const writer = open(this.writerConfig);
    const reader =
      settings.reader === null
        ? writer
        : open(createConfig(settings.reader, settings.login, clock));
    this.writer = writer.sql;
    this.reader = reader.sql;
    this.pools = [...new Set([writer.pool, reader.pool])];
  }

  async readAnswer(): Promise<void> {
    const client = new ContainedClient({
      ...this.writerConfig,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      application_name: 'litellm-ha-status',
    });
    try {
      await client.connect();
      await client.query('SELECT 1');
    } finally {
      // Saying good-bye to a frozen server would wait for it.
      void client.end().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}

function createPool(
  config: ClientConfig,
  bounds: { readonly poolLimit: number; readonly queryTimeoutMs: number },
): Pool {
  const pool = new Pool({
    ...config,
    Client: ContainedClient,
    max: bounds.poolLimit,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // The server's own bound is set per transaction: a start-up parameter would be refused by PgBouncer.
    query_timeout: bounds.queryTimeoutMs,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: LIFE_SECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'litellm-ha',
    types: {
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? parseWholeNumber : types.getTypeParser(oid, format),
    },
  });
  // Without a listener a connection that breaks while idle would end the process. The pool drops it by itself.
  pool.on('error', () => undefined);
  return pool;
}

function createConfig(server: DatabaseServer, login: DatabaseLogin, clock: Clock): ClientConfig {
  const { host, port, user, database } = server;
  return {
    host,
    port,
    user,
    database,
    ssl: createTlsOptions(server.tls),
    password:
      login.kind === 'password'
        ? // Never undefined: the driver would look into the environment.
          (server.password ?? '')
        : createTokenReader(server, login, clock),
  };
}

function createTlsOptions(tls: DatabaseTls): ClientConfig['ssl'] {
  switch (tls.kind) {
    case 'off':
      return false;
    case 'encrypted':
      return { rejectUnauthorized: false };
    case 'verified':
      return {
        rejectUnauthorized: true,
        ...(tls.authorityFile === null ? {} : { ca: readFileSync(tls.authorityFile, 'utf8') }),
        ...(tls.hostName === 'checked' ? {} : { checkServerIdentity: () => undefined }),
      };
  }
}

function createTokenReader(
  server: DatabaseServer,
  login: Exclude<DatabaseLogin, { readonly kind: 'password' }>,
  clock: Clock,
): () => Promise<string> {
  const token = new RenewedToken(clock, () => readToken(server, login, clock));
  return () => token.read();
}

async function readToken(
  server: DatabaseServer,
  login: Exclude<DatabaseLogin, { readonly kind: 'password' }>,
  clock: Clock,
): Promise<AccessToken> {
  if (login.kind === 'cloud-sql-iam') {
    return readCloudSqlToken(login.metadataHost, clock.wallMs());
  }
  const credentials = await readAwsCredentials(login.credentials);
  const render = login.kind === 'dsql-iam' ? renderDsqlToken : renderRdsToken;
  return render({ ...server, awsRegion: login.awsRegion }, credentials, clock.wallMs());
}
