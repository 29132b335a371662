import type { PoolerPools } from '../spec/spec';

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

/** The most connections that a pooler opens: how many replicas stand before it changes nothing. */
export function planPoolBudget(input: {
  readonly maxConnections: number;
  readonly maxConnectionsPercent: number;
}): ConnectionBudget {
  const { maxConnections, maxConnectionsPercent } = input;
  const pooled = Math.floor((maxConnections * maxConnectionsPercent) / 100);
  const needed = pooled + RESERVED_CONNECTIONS;
  return {
    needed,
    available: maxConnections,
    arithmetic:
      `${maxConnectionsPercent} % of ${maxConnections} connections for the pooler = ${pooled} + ` +
      `${RESERVED_CONNECTIONS} reserved = ${needed} of ${maxConnections}`,
  };
}

/**
 * The most connections that poolers of fixed size open to one server, while a rollout runs one more of them. Replicas of
 * other regions, which write past the poolers, come on top.
 */
export function planPoolersBudget(input: {
  readonly pooler: PoolerPools;
  readonly maxConnections: number;
  /** Replicas that connect to the server themselves. */
  readonly direct: { readonly maxReplicas: number; readonly connectionsPerReplica: number };
}): ConnectionBudget {
  const { pooler, maxConnections, direct } = input;
  const { poolers, surge, poolSize, reserve } = pooler;
  const directConnections = direct.maxReplicas * direct.connectionsPerReplica;
  const needed =
    (poolers + surge) * (poolSize + reserve) + directConnections + RESERVED_CONNECTIONS;
  const ofOthers =
    directConnections === 0
      ? ''
      : `${direct.maxReplicas} replicas elsewhere × ${direct.connectionsPerReplica} connections + `;
  return {
    needed,
    available: maxConnections,
    arithmetic:
      `(${poolers} poolers + ${surge} in a rollout) × (${poolSize} + ${reserve}) connections + ` +
      `${ofOthers}${RESERVED_CONNECTIONS} reserved = ${needed} of ${maxConnections}`,
  };
}

/** What the regions that are left can grow to after the loss that costs most. */
export interface RegionLoss {
  readonly lostRegion: string;
  readonly leftReplicas: number;
  /** What each region would have to grow to, all alike, to carry the peak. */
  readonly neededPerRegion: number;
  /** `without us-east-1: eu-west-1 20 + ap-southeast-1 20 = 40 replicas of 45`. */
  readonly arithmetic: string;
}

/** Takes away the largest region: whoever survives that survives the loss of any one. */
export function planRegionLoss(input: {
  readonly regions: readonly { readonly region: string; readonly maxReplicas: number }[];
  readonly peakReplicas: number;
}): RegionLoss {
  const { regions, peakReplicas } = input;
  const [lost, ...left] = [...regions].sort((one, other) => other.maxReplicas - one.maxReplicas);
  if (lost === undefined || left.length === 0) {
    throw new Error('the loss of a region is planned for two regions or more');
  }
  const leftReplicas = left.reduce((sum, { maxReplicas }) => sum + maxReplicas, 0);
  const summands = left.map(({ region, maxReplicas }) => `${region} ${maxReplicas}`).join(' + ');
  return {
    lostRegion: lost.region,
    leftReplicas,
    neededPerRegion: Math.ceil(peakReplicas / left.length),
    arithmetic: `without ${lost.region}: ${summands} = ${leftReplicas} replicas of ${peakReplicas}`,
  };
}
