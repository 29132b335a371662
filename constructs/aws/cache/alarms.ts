import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM_PERIOD, type AlarmPlan, worstOf } from '../foundation/alarm';

const HIGH_PERCENT = 80;
const LAG_SECONDS = 30;
/** Four fifths of the 65,000 that ElastiCache takes on a node. */
const MOST_CONNECTIONS = 52_000;
/**
 * Replicas keep their connections for as long as they live, so this is ten a second of something that does not; and each one
 * with TLS costs the engine's thread as much as hundreds of commands.
 */
const MOST_NEW_CONNECTIONS = 600;
/** AWS Knowledge Center, "Why does swapping occur in ElastiCache?": less is the kernel's habit, more is want of memory. */
const MOST_SWAP_BYTES = 300 * 1024 ** 2;
/** So many metrics CloudWatch takes in one expression of an alarm. */
const MOST_METRICS = 10;

/**
 * Whether the cache has room, its replicas follow, and those who should can enter. `shards` holds the identifiers of the nodes
 * of each shard; it is empty for a cache that was brought. ElastiCache reports by node, and which of them is the primary
 * changes; one alarm watches as many whole shards as CloudWatch lets it.
 */
export function planCacheAlarms(shards: readonly (readonly string[])[]): readonly AlarmPlan[] {
  return groupShards(shards).flatMap((watched) => [
    ...planRoomAlarms(watched),
    ...planLoadAlarms(watched),
    ...planEntryAlarms(watched),
    planFailoverAlarm(watched),
  ]);
}

/** Shards that are watched together. */
interface WatchedShards {
  readonly nodeIds: readonly string[];
  /** Sets their alarms apart from those of the others; empty where there are no others. */
  readonly suffix: string;
}

function groupShards(shards: readonly (readonly string[])[]): readonly WatchedShards[] {
  const perAlarm = Math.max(1, Math.floor(MOST_METRICS / (shards[0]?.length ?? 1)));
  return shards.flatMap((_, index): readonly WatchedShards[] => {
    if (index % perAlarm !== 0) return [];
    const together = shards.slice(index, index + perAlarm);
    const [first, last] = [index + 1, index + together.length];
    const name = first === last ? `Shard${first}` : `Shards${first}To${last}`;
    return [{ nodeIds: together.flat(), suffix: together.length === shards.length ? '' : name }];
  });
}

function planRoomAlarms({ nodeIds, suffix }: WatchedShards): readonly AlarmPlan[] {
  return [
    {
      name: `CacheMemory${suffix}`,
      severity: 'warning',
      metric: worst(nodeIds, 'DatabaseMemoryUsagePercentage', 'Fullest node (%)'),
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
      metric: worst(nodeIds, 'Evictions', 'Evicted keys'),
      breach: 'above',
      threshold: 0,
      periods: 5,
      silence: 'fine',
      summary:
        'The cache throws keys away for want of room: counters of rate limits may be among them.',
      runbook: 'cache-memory',
    },
    {
      name: `CacheSwap${suffix}`,
      severity: 'warning',
      metric: worst(nodeIds, 'SwapUsage', 'Most memory on disk (bytes)'),
      breach: 'above',
      threshold: MOST_SWAP_BYTES,
      periods: 5,
      silence: 'fine',
      summary:
        'A node of the cache keeps memory on its disk: calls wait for it, and replicas of the gateway count alone.',
      runbook: 'cache-memory',
    },
  ];
}

function planLoadAlarms({ nodeIds, suffix }: WatchedShards): readonly AlarmPlan[] {
  return [
    {
      name: `CacheProcessor${suffix}`,
      severity: 'warning',
      metric: worst(nodeIds, 'EngineCPUUtilization', 'Busiest node (%)'),
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
      metric: worst(nodeIds, 'ReplicationLag', 'Longest lag (s)'),
      breach: 'above',
      threshold: LAG_SECONDS,
      periods: 5,
      silence: 'fine',
      summary: `A replica of the cache is more than ${LAG_SECONDS} s behind: a failover now loses as much.`,
      runbook: 'cache-load',
    },
  ];
}

function planEntryAlarms({ nodeIds, suffix }: WatchedShards): readonly AlarmPlan[] {
  const refused = (metricName: string, what: string, summary: string): AlarmPlan => ({
    name: `Cache${what}${suffix}`,
    severity: 'warning',
    metric: worst(nodeIds, metricName, 'Refused, at the node that refused most'),
    breach: 'above',
    threshold: 0,
    periods: 1,
    silence: 'fine',
    summary,
    runbook: 'cache-connections',
  });
  return [
    {
      name: `CacheConnections${suffix}`,
      severity: 'warning',
      metric: worst(nodeIds, 'CurrConnections', 'Most connections'),
      breach: 'above',
      threshold: MOST_CONNECTIONS,
      periods: 5,
      silence: 'fine',
      summary: `A node of the cache has more than ${MOST_CONNECTIONS} connections; at 65000 it refuses more.`,
      runbook: 'cache-connections',
    },
    {
      name: `CacheNewConnections${suffix}`,
      severity: 'warning',
      metric: worst(nodeIds, 'NewConnections', 'Most new connections'),
      breach: 'above',
      threshold: MOST_NEW_CONNECTIONS,
      periods: 5,
      silence: 'fine',
      summary:
        'Clients of the cache connect over and over: each time costs its one thread, and something keeps ending them.',
      runbook: 'cache-connections',
    },
    refused(
      'AuthenticationFailures',
      'Logins',
      'Somebody enters the cache with a wrong password or name: replicas with an old one count alone.',
    ),
    refused(
      'CommandAuthorizationFailures',
      'Commands',
      'A user of the cache sent a command that it may not send: a gateway newer than its rights, or a stranger.',
    ),
    refused(
      'KeyAuthorizationFailures',
      'Keys',
      'A user of the cache reached for a key that it may not touch: a gateway newer than its rights, or a stranger.',
    ),
  ];
}

/**
 * A failover that goes well shows in no other metric, and yet somebody should know of it. ElastiCache would tell a topic, but
 * only one that is not encrypted. `IsMaster` is 1 on a primary: where it rises, a replica has become one.
 */
function planFailoverAlarm({ nodeIds, suffix }: WatchedShards): AlarmPlan {
  const named = nodeIds.map((nodeId, index) => [`node${index + 1}`, nodeId] as const);
  const rises = named.map(([name]) => `DIFF(${name})`);
  return {
    name: `CacheFailover${suffix}`,
    severity: 'warning',
    metric: new MathExpression({
      expression: `MAX([${rises.join(', ')}])`,
      usingMetrics: Object.fromEntries(
        named.map(([name, nodeId]) => [name, metricOf(nodeId, 'IsMaster')]),
      ),
      period: ALARM_PERIOD,
      label: 'Replicas that became the primary',
    }),
    breach: 'above',
    threshold: 0,
    periods: 1,
    silence: 'fine',
    summary:
      'A replica of the cache took over from its primary: the newest counts may be lost, and the old primary should come back.',
    runbook: 'cache-failover',
  };
}

function worst(nodeIds: readonly string[], metricName: string, label: string): AlarmPlan['metric'] {
  return worstOf(
    nodeIds.map((nodeId) => metricOf(nodeId, metricName)),
    label,
  );
}

function metricOf(nodeId: string, metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap: { CacheClusterId: nodeId },
    statistic: 'Maximum',
    period: ALARM_PERIOD,
  });
}
