import { describeWarning, type Warning } from '../errors';
import { planConnectionBudget } from '../topology/capacity';
import type { FailureObjective } from '../topology/objectives';
import type { TargetTraits } from '../topology/target-traits';
import type { RegionPlan, Topology } from '../topology/topology';

/** A topology in words and numbers for a terminal: what is built, what it promises and why, what deserves a look. */
export function renderExplanation(input: {
  readonly topology: Topology;
  readonly traits: TargetTraits;
  readonly warnings: readonly Warning[];
}): string {
  const { topology, traits, warnings } = input;
  return [
    `${topology.name}: ${topology.pattern} on ${traits.target}`,
    ...topology.regions.flatMap((region) => ['', ...explainRegion(region)]),
    '',
    ...explainObjectives(topology),
    ...explainWarnings(warnings),
    '',
  ].join('\n');
}

function explainRegion(region: RegionPlan): readonly string[] {
  const { compute, autoscaling, database, cache, backup, loadBalancer } = region;
  const { timers } = loadBalancer;
  const budget = planConnectionBudget({
    maxReplicas: autoscaling.maxReplicas,
    connectionsPerReplica: database.connectionsPerReplica,
    maxConnections: database.maxConnections,
  });
  return alignRows([
    [
      'gateway',
      `${autoscaling.minReplicas}–${autoscaling.maxReplicas} replicas over ${compute.zones} zones, ${autoscaling.cpuPercent} % of ${compute.cpuMillicores} millicores, ${compute.memoryMib} MiB each`,
    ],
    [
      'database',
      `PostgreSQL ${database.majorVersion}: primary, standby in another zone, ${database.readReplicas} read replicas, ${database.storageGib} GiB each`,
    ],
    ['connections', budget.arithmetic],
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

/** Columns as wide as their widest cell; the last one runs free. */
function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, cell.length)),
    [],
  );
  return rows.map(
    (row) =>
      `  ${row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ')}`,
  );
}
