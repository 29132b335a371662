import type { Endpoint } from './endpoint';

/** PostgreSQL with a synchronous standby in another zone, replicas for reading, and backups. */
export interface DatabasePlan {
  readonly majorVersion: number;
  readonly databaseName: string;
  readonly userName: string;
  readonly port: number;
  /** A synchronous standby in another zone takes over by itself. */
  readonly standbyInOtherZone: true;
  readonly encrypted: true;
  readonly deletionProtection: true;
  readonly readReplicas: number;
  readonly zones: number;
  readonly storageGib: number;
  readonly maxConnections: number;
  /** Connections each replica of the gateway may open. */
  readonly connectionsPerReplica: number;
}

export interface DatabaseOutputs {
  /** Follows the primary through a failover. */
  readonly writer: Endpoint;
  /** Spreads over the replicas, or the first of them where the target has no such address. */
  readonly reader: Endpoint;
}
