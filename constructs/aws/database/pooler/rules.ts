import type { GatewaySpec, PoolerSpec, Warning } from '../../../../lib';
import * as defaults from '../../defaults';
import type { DatabaseChoice } from '../choice';
import type { PoolerSettings } from './pooler';

/** What stands between replicas and the database, in the words of the rules. Null: nothing. */
export function planPooler(database: DatabaseChoice | undefined): PoolerSpec | null {
  const pooler = resolvePooler(database);
  if (pooler === null) return null;
  return {
    kind: 'share',
    maxConnectionsPercent: pooler.maxConnectionsPercent,
    // A proxy of RDS has an address for readers only where a cluster stands behind it.
    serves: database?.kind === 'aurora' ? 'all' : 'writes',
  };
}

/** Null: none was asked for. */
export function resolvePooler(database: DatabaseChoice | undefined): PoolerSettings | null {
  if (database?.kind !== 'rds' && database?.kind !== 'aurora') return null;
  const { pooler } = database;
  if (pooler === undefined) return null;
  return {
    kind: pooler.kind,
    maxConnectionsPercent:
      pooler.maxConnectionsPercent ?? defaults.DEFAULT_POOLED_CONNECTIONS_PERCENT,
    borrowTimeoutSeconds: pooler.borrowTimeoutSeconds ?? defaults.DEFAULT_BORROW_TIMEOUT_SECONDS,
    idleClientSeconds: pooler.idleClientSeconds ?? defaults.DEFAULT_IDLE_CLIENT_SECONDS,
  };
}

/**
 * An image that is brought may be LiteLLM's own. It is no reason to refuse: nothing breaks, and it may be a build of this
 * gateway.
 */
export function noticePoolerWarnings(spec: GatewaySpec): readonly Warning[] {
  if (spec.database.pooler === null || spec.image.kind === 'packaged') return [];
  return [
    {
      rule: 'aws.pooler-image',
      path: 'database.pooler',
      message:
        "LiteLLM's image prepares statements by name, for which a proxy keeps a connection to the server for each client: " +
        'it then shares none and costs all the same; leave the pooler out unless the image is a build of this gateway',
    },
  ];
}
