import type { Endpoint } from '../blocks';

/** What PgBouncer pools, and how much of it. */
export interface PgbouncerInput {
  /** Names that clients ask for, and where each leads. */
  readonly databases: readonly PooledDatabase[];
  readonly listenAddress: string;
  readonly listenPort: number;
  /** File with a line `"user" "password"` for each user; with plain passwords, which SCRAM needs towards the server. */
  readonly userFile: string;
  readonly maxClientConnections: number;
  readonly poolSize: number;
  readonly reserve: number;
  /** Prepared statements kept per connection. Null: a PgBouncer before 1.21, which knows none. */
  readonly maxPreparedStatements: number | null;
}

export interface PooledDatabase {
  readonly name: string;
  /** Follows the primary, or spreads over the replicas. */
  readonly server: Endpoint;
  readonly serverDatabaseName: string;
}

/**
 * PgBouncer's timers, by its own names. Its defaults keep a pool on a dead primary for minutes; each of these is cut to
 * what a failover can bear.
 *
 * @see https://www.pgbouncer.org/config.html
 */
export const POOLER_TIMERS = {
  /** Ask for the address of a new primary each second, try again each second, leave the old one within five minutes. */
  dns_max_ttl: 1,
  server_login_retry: 1,
  server_connect_timeout: 3,
  server_lifetime: 300,
  server_idle_timeout: 600,
  /** A server that is gone without a word, as after the loss of a machine. */
  tcp_keepalive: 1,
  tcp_keepidle: 5,
  tcp_keepintvl: 5,
  tcp_keepcnt: 3,
  /** While there is no primary, callers hear so soon instead of piling up. */
  query_wait_timeout: 5,
  reserve_pool_timeout: 3,
} as const;

/**
 * `pgbouncer.ini`. Sizes are the guide's, timers are `POOLER_TIMERS`.
 *
 * @see guide, "Connection Pooling"
 */
export function renderPgbouncer(input: PgbouncerInput): string {
  return `[databases]
${input.databases.map(renderDatabase).join('\n')}

[pgbouncer]
listen_addr = ${input.listenAddress}
listen_port = ${input.listenPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${input.userFile}

pool_mode = transaction
max_client_conn = ${input.maxClientConnections}
default_pool_size = ${input.poolSize}
reserve_pool_size = ${input.reserve}
${renderPreparedStatements(input.maxPreparedStatements)}; Drivers send these when they connect; transaction pooling cannot keep them.
ignore_startup_parameters = extra_float_digits,options

; A new primary is found within seconds, a server that is gone without a word too, and meanwhile callers hear so soon.
${Object.entries(POOLER_TIMERS)
  .map(([name, value]) => `${name} = ${value}`)
  .join('\n')}
`;
}

function renderPreparedStatements(most: number | null): string {
  return most === null ? '' : `max_prepared_statements = ${most}\n`;
}

function renderDatabase(database: PooledDatabase): string {
  const { host, port } = database.server;
  return `${database.name} = host=${host} port=${port} dbname=${database.serverDatabaseName}`;
}
