/** How many connections the database is asked for, and by whom. */
export interface ConnectionBudget {
  readonly needed: number;
  readonly available: number;
  /** `20 replicas × 10 connections + 15 reserved = 215 of 400`. */
  readonly arithmetic: string;
}

/** PostgreSQL keeps 3 for superusers; replication, the migration, monitoring and a human need the rest. */
export const RESERVED_CONNECTIONS = 15;

/**
 * The most connections the gateway can open, counted at the largest number of replicas: an autoscaler that outgrows the
 * database turns a busy hour into an outage.
 */
export function planConnectionBudget(input: {
  readonly maxReplicas: number;
  readonly connectionsPerReplica: number;
  readonly maxConnections: number;
}): ConnectionBudget {
  const { maxReplicas, connectionsPerReplica, maxConnections } = input;
  const needed = maxReplicas * connectionsPerReplica + RESERVED_CONNECTIONS;
  return {
    needed,
    available: maxConnections,
    arithmetic:
      `${maxReplicas} replicas × ${connectionsPerReplica} connections + ` +
      `${RESERVED_CONNECTIONS} reserved = ${needed} of ${maxConnections}`,
  };
}
