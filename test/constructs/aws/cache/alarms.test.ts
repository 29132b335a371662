import type { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { planCacheAlarms } from '../../../../constructs/aws/cache/alarms';
import type { AlarmPlan } from '../../../../constructs/aws/foundation/alarm';

const THREE = ['group-001', 'group-002', 'group-003'];

function shards(count: number, nodes: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, shard) =>
    Array.from({ length: nodes }, (__, node) => `group-${shard + 1}-${node + 1}`),
  );
}

function find(plans: readonly AlarmPlan[], name: string): AlarmPlan {
  const plan = plans.find((each) => each.name === name);
  if (plan === undefined) throw new Error(`${name} is not among ${plans.map((each) => each.name)}`);
  return plan;
}

const watched = (plan: AlarmPlan): MathExpression => plan.metric as MathExpression;

const metricsOf = (plan: AlarmPlan): readonly Metric[] =>
  Object.values(watched(plan).usingMetrics).map((metric) => metric as Metric);

describe('planCacheAlarms', () => {
  it.each([
    { name: 'CacheMemory', metricName: 'DatabaseMemoryUsagePercentage', threshold: 80, periods: 5 },
    { name: 'CacheEvictions', metricName: 'Evictions', threshold: 0, periods: 5 },
    { name: 'CacheSwap', metricName: 'SwapUsage', threshold: 314_572_800, periods: 5 },
    { name: 'CacheProcessor', metricName: 'EngineCPUUtilization', threshold: 80, periods: 15 },
    { name: 'CacheReplicationLag', metricName: 'ReplicationLag', threshold: 30, periods: 5 },
    { name: 'CacheConnections', metricName: 'CurrConnections', threshold: 52_000, periods: 5 },
    { name: 'CacheNewConnections', metricName: 'NewConnections', threshold: 600, periods: 5 },
    { name: 'CacheLogins', metricName: 'AuthenticationFailures', threshold: 0, periods: 1 },
    { name: 'CacheCommands', metricName: 'CommandAuthorizationFailures', threshold: 0, periods: 1 },
    { name: 'CacheKeys', metricName: 'KeyAuthorizationFailures', threshold: 0, periods: 1 },
  ])('has $name watch the worst node by $metricName', ({ name, metricName, ...expected }) => {
    const plan = find(planCacheAlarms([THREE]), name);
    expect(plan).toMatchObject({ breach: 'above', silence: 'fine', ...expected });
    expect(watched(plan).expression).toBe('MAX([node1, node2, node3])');
    const metrics = metricsOf(plan);
    expect(metrics.map((metric) => metric.metricName)).toEqual(THREE.map(() => metricName));
    expect(metrics.map(({ dimensions }) => dimensions?.['CacheClusterId'])).toEqual(THREE);
  });

  it('tells of a failover by a node that was none and is the primary', () => {
    const plan = find(planCacheAlarms([THREE]), 'CacheFailover');
    expect(plan).toMatchObject({ threshold: 0, periods: 1, runbook: 'cache-failover' });
    expect(watched(plan).expression).toBe('MAX([DIFF(node1), DIFF(node2), DIFF(node3)])');
    const metrics = metricsOf(plan);
    expect(metrics.map(({ metricName }) => metricName)).toEqual(THREE.map(() => 'IsMaster'));
  });

  it('watches as many whole shards with one alarm as CloudWatch takes metrics', () => {
    const named = (count: number, nodes: number): readonly string[] =>
      planCacheAlarms(shards(count, nodes))
        .map(({ name }) => name)
        .filter((name) => name.startsWith('CacheMemory'));
    expect(named(3, 3)).toEqual(['CacheMemory']);
    expect(named(4, 3)).toEqual(['CacheMemoryShards1To3', 'CacheMemoryShard4']);
    expect(named(2, 6)).toEqual(['CacheMemoryShard1', 'CacheMemoryShard2']);
    const most = planCacheAlarms(shards(90, 3));
    expect(new Set(most.map(({ name }) => name)).size).toBe(most.length);
    // A stack holds 500 resources.
    expect(most.length).toBeLessThanOrEqual(330);
    for (const plan of most) {
      expect(Object.keys(watched(plan).usingMetrics).length).toBeLessThanOrEqual(10);
    }
  });

  it('has none for a cache that was brought', () => {
    expect(planCacheAlarms([])).toEqual([]);
  });
});
