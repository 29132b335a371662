import { stringify } from 'yaml';

/** One PostgreSQL cluster under Patroni. Passwords, names and addresses of members come from the environment. */
export interface PatroniInput {
  /** Name of the cluster. */
  readonly scope: string;
  readonly postgresPort: number;
  readonly restPort: number;
  readonly dataFolder: string;
  readonly binFolder: string;
  /** Folder that only this member writes to: socket and password file. */
  readonly runFolder: string;
  readonly maxConnections: number;
  readonly sharedBuffersMib: number;
  readonly databaseName: string;
  readonly userName: string;
  /** Script that makes the gateway's role and database, run once in a new cluster. */
  readonly createDatabaseScript: string;
  /** Where the state of the cluster is kept: the section of that name in `patroni.yml`. */
  readonly stateStore: Readonly<Record<string, unknown>>;
}

/** Roles of the cluster; each has a password of its own. */
export const PATRONI_USERS = {
  superuser: 'postgres',
  replication: 'replicator',
  rewind: 'rewinder',
} as const;

/**
 * `patroni.yml`. Timers are the guide's; synchronous mode is added, so that no acknowledged write is lost, and failsafe
 * mode, so that the loss of the state store alone does not stop the primary.
 *
 * The section `bootstrap` counts once, when the cluster is new: later, change it with `patronictl edit-config`.
 *
 * @see guide, "Self-Managed (Patroni)"
 * @see https://patroni.readthedocs.io/en/latest/yaml_configuration.html
 */
export function renderPatroni(input: PatroniInput): string {
  const { superuser, replication, rewind } = PATRONI_USERS;
  return stringify({
    scope: input.scope,
    ...input.stateStore,
    restapi: { listen: `0.0.0.0:${input.restPort}` },
    bootstrap: {
      dcs: {
        ttl: 30,
        loop_wait: 10,
        retry_timeout: 10,
        maximum_lag_on_failover: 1048576,
        synchronous_mode: true,
        failsafe_mode: true,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: renderParameters(input),
        },
      },
      initdb: [
        { encoding: 'UTF8' },
        { locale: 'C.UTF-8' },
        { 'auth-host': 'scram-sha-256' },
        { 'auth-local': 'peer' },
        'data-checksums',
      ],
      post_bootstrap: input.createDatabaseScript,
    },
    postgresql: {
      listen: `0.0.0.0:${input.postgresPort}`,
      data_dir: input.dataFolder,
      bin_dir: input.binFolder,
      pgpass: `${input.runFolder}/pgpass`,
      // Otherwise a new member waits for the next checkpoint, which may take minutes.
      basebackup: [{ checkpoint: 'fast' }],
      authentication: {
        superuser: { username: superuser },
        replication: { username: replication },
        rewind: { username: rewind },
      },
      parameters: {
        unix_socket_directories: input.runFolder,
        password_encryption: 'scram-sha-256',
      },
      pg_hba: [
        'local all all peer',
        `host all ${superuser} 127.0.0.1/32 scram-sha-256`,
        `host all ${superuser} ::1/128 scram-sha-256`,
        // Members find each other by addresses that change; the network policy says who may connect.
        `host replication ${replication} all scram-sha-256`,
        `host postgres ${rewind} all scram-sha-256`,
        `host ${input.databaseName} ${input.userName} all scram-sha-256`,
      ],
    },
  });
}

/** Values that all members must share; Patroni keeps them equal. */
function renderParameters(input: PatroniInput): Readonly<Record<string, unknown>> {
  return {
    max_connections: input.maxConnections,
    shared_buffers: `${input.sharedBuffersMib}MB`,
    wal_level: 'replica',
    hot_standby: 'on',
    max_wal_senders: 10,
    max_replication_slots: 10,
    // pg_rewind needs the changes since the two histories parted.
    wal_keep_size: '1GB',
    wal_log_hints: 'on',
    log_min_duration_statement: 1000,
    idle_in_transaction_session_timeout: '60s',
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
  };
}

/**
 * The script that Patroni runs once in a new cluster, with the connection string of the superuser as its argument. The
 * password comes from the environment, so that it shows neither in a process list nor in a log.
 */
export function renderCreateDatabase(input: {
  readonly binFolder: string;
  readonly databaseName: string;
  readonly userName: string;
}): string {
  return `#!/bin/sh
set -eu
exec ${input.binFolder}/psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$1" <<'SQL'
\\getenv password DATABASE_PASSWORD
CREATE ROLE "${input.userName}" LOGIN PASSWORD :'password';
CREATE DATABASE "${input.databaseName}" OWNER "${input.userName}";
SQL
`;
}
