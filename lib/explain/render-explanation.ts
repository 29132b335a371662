import { describeWarning, type Warning } from '../errors';
import { planConnectionBudget, planPoolBudget, planPoolersBudget } from '../topology/capacity';
import type { FailureObjective } from '../topology/objectives';
import type { TargetTraits } from '../topology/target-traits';
import type { RegionPlan, Topology } from '../topology/topology';
import { alignRows } from './align-rows';
import { explainPlace, explainRegions } from './explain-regions';

/** A topology in words and numbers for a terminal: what is built, what it promises and why, what deserves a look. */
export function renderExplanation(input: {
  readonly topology: Topology;
  readonly traits: TargetTraits;
  readonly warnings: readonly Warning[];
}): string {
  const { topology, traits, warnings } = input;
  return [
    `${topology.name}: ${topology.pattern} on ${traits.target}`,
    ...explainTopology(topology, traits),
    '',
    ...explainObjectives(topology),
    ...explainWarnings(warnings),
    '',
  ].join('\n');
}

function explainTopology(topology: Topology, traits: TargetTraits): readonly string[] {
  const spread = explainSpread(traits);
  switch (topology.pattern) {
    case 'single-region':
      return topology.regions.flatMap((region) => [
        '',
        ...explainRegion(region, spread, explainDatabase(region, spread)),
      ]);
    case 'active-passive':
    case 'active-active':
      return [
        '',
        ...explainRegions(topology),
        ...topology.regions.flatMap((region) => [
          '',
          explainPlace(region),
          // A database that spans regions is no part of any one of them.
          ...explainRegion(
            region,
            spread,
            region.databaseRole.kind === 'member' ? [] : explainDatabase(region, spread),
          ),
        ]),
      ];
  }
}

/** What keeps replicas and members apart, as far as it is promised. */
interface SpreadWords {
  readonly over: (zones: number) => string;
  readonly elsewhere: string;
}

function explainSpread({ zoneLossNotPromised }: TargetTraits): SpreadWords {
  return zoneLossNotPromised === null
    ? { over: (zones) => `over ${zones} zones`, elsewhere: 'in another zone' }
    : { over: () => 'on different nodes', elsewhere: 'on another node' };
}

function explainRegion(
  region: RegionPlan,
  spread: SpreadWords,
  databaseRows: readonly (readonly string[])[],
): readonly string[] {
  const { compute, autoscaling, cache, backup, loadBalancer } = region;
  const { timers } = loadBalancer;
  return alignRows([
    [
      'gateway',
      `${autoscaling.minReplicas}–${autoscaling.maxReplicas} replicas ${spread.over(compute.zones)}, ${autoscaling.cpuPercent} % of ${compute.cpuMillicores} millicores, ${compute.memoryMib} MiB each`,
    ],
    ...databaseRows,
    ['cache', `Redis: primary and ${cache.replicas} replicas, automatic failover`],
    ['backup', `daily at ${backup.windowStart} UTC, kept ${backup.retentionDays} days`],
    [
      'probe',
      `${loadBalancer.probePath} every ${timers.probeIntervalSeconds} s; out after ${timers.unhealthyThreshold} failures, in after ${timers.healthyThreshold}`,
    ],
    [
      'streams',
      `${timers.drainSeconds} s at most, silent for ${timers.loadBalancerIdleSeconds} s at most`,
    ],
    [
      'leaving',
      `${timers.propagationSeconds} s until nothing new arrives + ${timers.drainSeconds} s for open streams + ${timers.flushSeconds} s to flush = ${timers.graceSeconds} s until the kill`,
    ],
  ]);
}

function explainDatabase(
  region: RegionPlan,
  { elsewhere }: SpreadWords,
): readonly (readonly string[])[] {
  const { database } = region;
  return [
    [
      'database',
      `PostgreSQL ${database.majorVersion}: primary, standby ${elsewhere}, ${database.readReplicas} read replicas, ${database.storageGib} GiB each`,
    ],
    ['connections', explainConnections(region)],
  ];
}

function explainConnections({ autoscaling, database }: RegionPlan): string {
  const { maxConnections, connectionsPerReplica, pooler } = database;
  const { maxReplicas } = autoscaling;
  const direct = planConnectionBudget({ maxReplicas, connectionsPerReplica, maxConnections });
  if (pooler === null) return direct.arithmetic;
  if (pooler.kind === 'pools') {
    const elsewhere = { maxReplicas: 0, connectionsPerReplica };
    return planPoolersBudget({ pooler, maxConnections, direct: elsewhere }).arithmetic;
  }
  const { maxConnectionsPercent, serves } = pooler;
  const pooled = planPoolBudget({ maxConnections, maxConnectionsPercent });
  return serves === 'all' ? pooled.arithmetic : `${pooled.arithmetic}; reads: ${direct.arithmetic}`;
}

function explainObjectives(topology: Topology): readonly string[] {
  const objectives = topology.recoveryObjectives;
  const rows = objectives.failures.map((failure) => [
    failure.failure,
    promise('calls', failure.dataPlaneRtoSeconds),
    promise('writes', failure.controlPlaneRtoSeconds),
    failure.rpoSeconds === null ? 'loss: no promise' : `loss: ${failure.rpoSeconds} s of writes`,
    failure.arithmetic,
  ]);
  const uptime = objectives.uptimePercent === null ? 'no promise' : `${objectives.uptimePercent} %`;
  return [
    'When something is lost, this is back after (seconds):',
    ...alignRows(rows),
    '',
    `Uptime: ${uptime} (${objectives.uptimeArithmetic})`,
  ];
}

function promise(what: string, seconds: FailureObjective['dataPlaneRtoSeconds']): string {
  return seconds === null ? `${what}: no promise` : `${what}: ${seconds} s`;
}

function explainWarnings(warnings: readonly Warning[]): readonly string[] {
  if (warnings.length === 0) return [];
  return ['', 'Worth a look:', ...warnings.map((warning) => `  - ${describeWarning(warning)}`)];
}
