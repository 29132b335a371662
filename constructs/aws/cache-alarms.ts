import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM_PERIOD, worstOf, type AlarmPlan } from './alarm';

const HIGH_PERCENT = 80;
const LAG_SECONDS = 30;

/**
 * Whether the cache has room and its replicas follow. `shards` holds the identifiers of the nodes of each shard; it is
 * empty for a cache that was brought. ElastiCache reports by node, and which of them is the primary changes.
 */
export function planCacheAlarms(shards: readonly (readonly string[])[]): readonly AlarmPlan[] {
  return shards.flatMap((nodeIds, index) =>
    planShardAlarms(nodeIds, shards.length === 1 ? '' : `Shard${index + 1}`),
  );
}

function planShardAlarms(nodeIds: readonly string[], suffix: string): readonly AlarmPlan[] {
  const worst = (metricName: string, label: string): AlarmPlan['metric'] =>
    worstOf(
      nodeIds.map(
        (CacheClusterId) =>
          new Metric({
            namespace: 'AWS/ElastiCache',
            metricName,
            dimensionsMap: { CacheClusterId },
            statistic: 'Maximum',
            period: ALARM_PERIOD,
          }),
      ),
      label,
    );
  return [
    {
      name: `CacheMemory${suffix}`,
      severity: 'warning',
      metric: worst('DatabaseMemoryUsagePercentage', 'Fullest node (%)'),
      breach: 'above',
      threshold: HIGH_PERCENT,
      periods: 5,
      silence: 'fine',
      summary: `A node of the cache uses more than ${HIGH_PERCENT} % of its memory.`,
      runbook: 'cache-memory',
    },
    {
      name: `CacheEvictions${suffix}`,
      severity: 'warning',
      metric: worst('Evictions', 'Evicted keys'),
      breach: 'above',
      threshold: 0,
      periods: 5,
      silence: 'fine',
      summary:
        'The cache throws keys away for want of room: counters of rate limits may be among them.',
      runbook: 'cache-memory',
    },
    {
      name: `CacheProcessor${suffix}`,
      severity: 'warning',
      metric: worst('EngineCPUUtilization', 'Busiest node (%)'),
      breach: 'above',
      threshold: HIGH_PERCENT,
      periods: 15,
      silence: 'fine',
      summary: `The one thread of a node of the cache is busy for more than ${HIGH_PERCENT} % of the time.`,
      runbook: 'cache-load',
    },
    {
      name: `CacheReplicationLag${suffix}`,
      severity: 'warning',
      metric: worst('ReplicationLag', 'Longest lag (s)'),
      breach: 'above',
      threshold: LAG_SECONDS,
      periods: 5,
      silence: 'fine',
      summary: `A replica of the cache is more than ${LAG_SECONDS} s behind: a failover now loses as much.`,
      runbook: 'cache-load',
    },
  ];
}
