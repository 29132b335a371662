import type { Topology } from '../topology/topology';

/** A target says of a fact that it has none, and why. The suite holds the list of those that may. */
export type Fact<T> = T | { readonly notOffered: string };

/** What a deployment guarantees, read back from its output: one small record for every target. */
export interface Facts {
  readonly zones: Fact<number>;
  readonly port: Fact<number>;
  /** What the load balancer asks a replica. */
  readonly probePath: Fact<string>;
  readonly probeIntervalSeconds: Fact<number>;
  readonly probeTimeoutSeconds: Fact<number>;
  readonly healthyThreshold: Fact<number>;
  readonly unhealthyThreshold: Fact<number>;
  readonly idleSeconds: Fact<number>;
  /** How long open streams of a replica that leaves may go on. */
  readonly drainSeconds: Fact<number>;
  readonly graceSeconds: Fact<number>;
  readonly httpRedirected: Fact<boolean>;
  readonly minReplicas: Fact<number>;
  readonly maxReplicas: Fact<number>;
  readonly cpuPercent: Fact<number>;
  readonly scaleDownWindowSeconds: Fact<number>;
  readonly scaleDownReplicas: Fact<number>;
  readonly databaseMajorVersion: Fact<number>;
  readonly databaseStandbyInOtherZone: Fact<boolean>;
  readonly databaseReadReplicas: Fact<number>;
  readonly databaseEncrypted: Fact<boolean>;
  readonly databaseDeletionProtection: Fact<boolean>;
  readonly databaseStorageGib: Fact<number>;
  readonly databaseMaxConnections: Fact<number>;
  readonly backupRetentionDays: Fact<number>;
  /** `hh:mm`, UTC. */
  readonly backupWindowStart: Fact<string>;
  readonly cacheReplicas: Fact<number>;
  readonly cacheAutomaticFailover: Fact<boolean>;
}

/** What the plan says those facts must be. */
export function planFacts(topology: Topology): Facts {
  const [region] = topology.regions;
  if (region === undefined) throw new Error('a topology has a region');
  const { compute, loadBalancer, autoscaling, database, cache, backup } = region;
  const { timers } = loadBalancer;
  return {
    zones: compute.zones,
    port: compute.port,
    probePath: loadBalancer.probePath,
    probeIntervalSeconds: timers.probeIntervalSeconds,
    probeTimeoutSeconds: timers.probeTimeoutSeconds,
    healthyThreshold: timers.healthyThreshold,
    unhealthyThreshold: timers.unhealthyThreshold,
    idleSeconds: timers.loadBalancerIdleSeconds,
    drainSeconds: timers.drainSeconds,
    graceSeconds: timers.graceSeconds,
    httpRedirected: loadBalancer.redirectHttp,
    minReplicas: autoscaling.minReplicas,
    maxReplicas: autoscaling.maxReplicas,
    cpuPercent: autoscaling.cpuPercent,
    scaleDownWindowSeconds: autoscaling.scaleDown.windowSeconds,
    scaleDownReplicas: autoscaling.scaleDown.replicas,
    databaseMajorVersion: database.majorVersion,
    databaseStandbyInOtherZone: database.standbyInOtherZone,
    databaseReadReplicas: database.readReplicas,
    databaseEncrypted: database.encrypted,
    databaseDeletionProtection: database.deletionProtection,
    databaseStorageGib: database.storageGib,
    databaseMaxConnections: database.maxConnections,
    backupRetentionDays: backup.retentionDays,
    backupWindowStart: backup.windowStart,
    cacheReplicas: cache.replicas,
    cacheAutomaticFailover: cache.automaticFailover,
  };
}
