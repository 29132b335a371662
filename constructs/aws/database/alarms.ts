import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabasePlan } from '../../../lib';
import { ALARM_PERIOD, type AlarmPlan, leastOf, worstOf } from '../foundation/alarm';
import { planPoolerAlarms, type PoolerDimensions } from './pooler/alarms';

/** What alarms need to know of a database. */
export interface WatchedDatabase {
  /** Identifiers of all instances; empty for a database that was brought and is watched by whoever runs it. */
  readonly instanceIds: readonly string[];
  /** Whose events tell of a failover; null for a database that was brought. */
  readonly events: DatabaseEvents | null;
  readonly replicaLag: ReplicaLagMetric;
  /** How far it is behind the writer of another region; null where it follows none. */
  readonly sourceLag: SourceLagMetric | null;
  /** Whether the instances have disks of their own that can fill. */
  readonly disks: 'own' | 'shared';
  /** What metrics of the proxy before them are looked up by; null where there is none. */
  readonly pooler: PoolerDimensions | null;
}

/** RDS tells nothing of it, or not to us. */
export const UNWATCHED: WatchedDatabase = {
  instanceIds: [],
  events: null,
  replicaLag: { name: 'ReplicaLag', unitsPerSecond: 1 },
  sourceLag: null,
  disks: 'shared',
  pooler: null,
};

/** What RDS sends events about: each instance, or the cluster as a whole. */
export interface DatabaseEvents {
  readonly sourceType: 'db-instance' | 'db-cluster';
  readonly sourceIds: readonly string[];
}

/** RDS measures in seconds and Aurora in milliseconds. */
export interface ReplicaLagMetric {
  readonly name: 'ReplicaLag' | 'AuroraReplicaLag';
  readonly unitsPerSecond: number;
}

/** What RDS or Aurora measure where a database follows one of another region. */
export interface SourceLagMetric {
  readonly name: 'ReplicaLag' | 'AuroraGlobalDBReplicationLag';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unitsPerSecond: number;
}

/** The highest of these that PostgreSQL still lives with comfortably. */
const HIGH_PERCENT = 80;
const LOW_STORAGE_PERCENT = 10;
const LAG_SECONDS = 30;
const BYTES_PER_GIB = 1024 ** 3;
/** What some fifty connections take that were just opened, at about 10 MiB each; below it, the kernel ends PostgreSQL. */
const LOW_MEMORY_MIB = 512;
const BYTES_PER_MIB = 1024 ** 2;

/** Whether the gateway's memory is there. Requests with known keys go on without it. */
export function planDatabaseAlarms(
  { instanceIds, replicaLag, disks, pooler }: WatchedDatabase,
  plan: DatabasePlan,
): readonly AlarmPlan[] {
  if (instanceIds.length === 0) return [];
  const metrics = (metricName: string, statistic: string): readonly Metric[] =>
    instanceIds.map(
      (DBInstanceIdentifier) =>
        new Metric({
          namespace: 'AWS/RDS',
          metricName,
          dimensionsMap: { DBInstanceIdentifier },
          statistic,
          period: ALARM_PERIOD,
        }),
    );
  const connections = Math.floor((plan.maxConnections * HIGH_PERCENT) / 100);
  return [
    {
      name: 'DatabaseProcessor',
      severity: 'warning',
      metric: worstOf(metrics('CPUUtilization', 'Average'), 'Busiest instance (%)'),
      breach: 'above',
      threshold: HIGH_PERCENT,
      periods: 15,
      silence: 'fine',
      summary: `A database instance uses more than ${HIGH_PERCENT} % of its processor.`,
      runbook: 'database-load',
    },
    {
      name: 'DatabaseConnections',
      severity: 'critical',
      metric: worstOf(metrics('DatabaseConnections', 'Maximum'), 'Most connections'),
      breach: 'above',
      threshold: connections,
      periods: 5,
      silence: 'fine',
      summary: `More than ${connections} of ${plan.maxConnections} connections to the database are open.`,
      runbook: 'database-load',
    },
    {
      name: 'DatabaseMemory',
      severity: 'warning',
      metric: leastOf(metrics('FreeableMemory', 'Minimum'), 'Least free memory'),
      breach: 'below',
      threshold: LOW_MEMORY_MIB * BYTES_PER_MIB,
      periods: 15,
      silence: 'fine',
      summary: `A database instance has less than ${LOW_MEMORY_MIB} MiB of memory to spare.`,
      runbook: 'database-load',
    },
    {
      name: 'DatabaseReplicaLag',
      severity: 'warning',
      metric: worstOf(metrics(replicaLag.name, 'Maximum'), 'Longest lag'),
      breach: 'above',
      threshold: LAG_SECONDS * replicaLag.unitsPerSecond,
      periods: 5,
      silence: 'fine',
      summary: `A replica of the database is more than ${LAG_SECONDS} s behind.`,
      runbook: 'database-replica-lag',
    },
    ...(disks === 'shared' ? [] : planStorageAlarms(metrics('FreeStorageSpace', 'Minimum'), plan)),
    ...(pooler === null ? [] : planPoolerAlarms(pooler, plan)),
  ];
}

/** One for each instance: the least of several cannot be told from one that has stopped to report. */
function planStorageAlarms(metrics: readonly Metric[], plan: DatabasePlan): readonly AlarmPlan[] {
  return metrics.map((metric, index) => ({
    name: `DatabaseStorage${index + 1}`,
    severity: 'critical',
    metric,
    breach: 'below',
    threshold: Math.floor((plan.storageGib * BYTES_PER_GIB * LOW_STORAGE_PERCENT) / 100),
    periods: 5,
    silence: 'fine',
    summary: `Less than ${LOW_STORAGE_PERCENT} % of ${plan.storageGib} GiB of the database is free.`,
    runbook: 'database-storage',
  }));
}

/** Called while there is still time: whoever loses the writer's region now loses more than is promised. */
export function planSourceLagAlarm(
  { sourceLag }: WatchedDatabase,
  lagAlarmSeconds: number | null,
): readonly AlarmPlan[] {
  if (sourceLag === null || lagAlarmSeconds === null) return [];
  return [
    {
      name: 'RegionReplicaLag',
      severity: 'critical',
      metric: new Metric({
        namespace: 'AWS/RDS',
        metricName: sourceLag.name,
        dimensionsMap: { ...sourceLag.dimensions },
        statistic: 'Maximum',
        period: ALARM_PERIOD,
      }),
      breach: 'above',
      threshold: lagAlarmSeconds * sourceLag.unitsPerSecond,
      periods: 3,
      // A replica that has stopped to report may be one that has stopped to follow.
      silence: 'breach',
      summary: `The database of this region is more than ${lagAlarmSeconds} s behind the writer's region.`,
      runbook: 'region-replica-lag',
    },
  ];
}
