import type { Problem } from '../errors';
import type { ObjectivesSpec } from '../spec/spec';
import type { TargetTraits } from './target-traits';
import type { Timers } from './timers';

/** What one kind of failure costs. Null stands for "not survived": nothing is promised. */
export interface FailureObjective {
  readonly failure: 'replica' | 'zone' | 'database' | 'cache' | 'region';
  /** Until calls to models are answered again. Unit: seconds. */
  readonly dataPlaneRtoSeconds: number | null;
  /** Until keys and budgets can be changed again. Unit: seconds. */
  readonly controlPlaneRtoSeconds: number | null;
  /** Writes that may be lost. Unit: seconds of writes. */
  readonly rpoSeconds: number | null;
  /** How the numbers come about, in one line. */
  readonly arithmetic: string;
}

/** What a topology promises, computed from its timers and its target's published numbers. */
export interface RecoveryObjectives {
  readonly failures: readonly FailureObjective[];
  /** Null: nobody publishes numbers for the parts. */
  readonly uptimePercent: number | null;
  readonly uptimeArithmetic: string;
}

export function planSingleRegionObjectives(input: {
  readonly timers: Timers;
  readonly traits: TargetTraits;
}): RecoveryObjectives {
  const { timers, traits } = input;
  const detection = timers.detectionSeconds;
  const database = traits.databaseFailoverSeconds;
  const cache = traits.cacheFailoverSeconds;
  const probes =
    `${timers.unhealthyThreshold} probes × ${timers.probeIntervalSeconds} s + ` +
    `${timers.probeTimeoutSeconds} s timeout = ${detection} s`;
  return {
    failures: [
      {
        failure: 'replica',
        dataPlaneRtoSeconds: detection,
        controlPlaneRtoSeconds: detection,
        rpoSeconds: 0,
        arithmetic: `${probes}; streams open on the replica break`,
      },
      planZoneLoss(traits, {
        failure: 'zone',
        dataPlaneRtoSeconds: detection,
        controlPlaneRtoSeconds: Math.max(detection, database.value),
        rpoSeconds: 0,
        arithmetic: `calls: ${probes}; writes: max(${detection} s, ${database.value} s) — ${database.source}; synchronous standby`,
      }),
      {
        failure: 'database',
        dataPlaneRtoSeconds: 0,
        controlPlaneRtoSeconds: database.value,
        rpoSeconds: 0,
        arithmetic: `calls need no database; writes: ${database.value} s — ${database.source}`,
      },
      {
        failure: 'cache',
        dataPlaneRtoSeconds: 0,
        controlPlaneRtoSeconds: 0,
        rpoSeconds: 0,
        arithmetic: `calls fall back to counters of the replica; shared again after ${cache.value} s — ${cache.source}`,
      },
      {
        failure: 'region',
        dataPlaneRtoSeconds: null,
        controlPlaneRtoSeconds: null,
        rpoSeconds: null,
        arithmetic: 'not survived: one region; restore the newest backup elsewhere, in hours',
      },
    ],
    ...planUptime(traits),
  };
}

/** Where pods may share a zone, its loss may take the database's primary and its standby at once. */
function planZoneLoss(
  { zoneLossNotPromised }: TargetTraits,
  promised: FailureObjective,
): FailureObjective {
  if (zoneLossNotPromised === null) return promised;
  return {
    failure: 'zone',
    dataPlaneRtoSeconds: null,
    controlPlaneRtoSeconds: null,
    rpoSeconds: null,
    arithmetic: `not promised: ${zoneLossNotPromised}`,
  };
}

/** The parts of one region multiplied. */
export function planUptime(traits: TargetTraits): {
  readonly uptimePercent: number | null;
  readonly uptimeArithmetic: string;
} {
  if (traits.serviceLevels.length === 0) {
    return {
      uptimePercent: null,
      uptimeArithmetic: 'that of the machines underneath; nobody publishes a number',
    };
  }
  const share = traits.serviceLevels.reduce((all, level) => all * (level.percent.value / 100), 1);
  const uptimePercent = Math.floor(share * 1e7) / 1e5;
  const factors = traits.serviceLevels.map((level) => `${level.part} ${level.percent.value} %`);
  return { uptimePercent, uptimeArithmetic: `${factors.join(' × ')} = ${uptimePercent} %` };
}

function describeRtoFix(failure: FailureObjective['failure']): string {
  return failure === 'region'
    ? 'raise it, or lower steering.intervalSeconds, steering.failureThreshold or steering.ttlSeconds'
    : 'raise it, or lower probe.intervalSeconds or probe.unhealthyThreshold';
}

/** What the description demands and the topology does not give. */
export function checkObjectives(
  demanded: ObjectivesSpec,
  given: RecoveryObjectives,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const failure of given.failures) {
    if (failure.dataPlaneRtoSeconds === null || failure.rpoSeconds === null) continue;
    if (demanded.rtoSeconds !== null && failure.dataPlaneRtoSeconds > demanded.rtoSeconds) {
      problems.push({
        rule: 'objectives.rto',
        path: 'objectives.rtoSeconds',
        allowed: `be ${failure.dataPlaneRtoSeconds} or more for the loss of a ${failure.failure} (${failure.arithmetic})`,
        got: String(demanded.rtoSeconds),
        fix: describeRtoFix(failure.failure),
      });
    }
    if (demanded.rpoSeconds !== null && failure.rpoSeconds > demanded.rpoSeconds) {
      problems.push({
        rule: 'objectives.rpo',
        path: 'objectives.rpoSeconds',
        allowed: `be ${failure.rpoSeconds} or more for the loss of a ${failure.failure} (${failure.arithmetic})`,
        got: String(demanded.rpoSeconds),
        fix: 'raise it, or choose a synchronous data mode',
      });
    }
  }
  const uptime = demanded.uptimePercent;
  if (uptime !== null && given.uptimePercent !== null && uptime > given.uptimePercent) {
    problems.push({
      rule: 'objectives.uptime',
      path: 'objectives.uptimePercent',
      allowed: `be ${given.uptimePercent} or less (${given.uptimeArithmetic})`,
      got: String(uptime),
      fix: given.failures.some(
        ({ failure, rpoSeconds }) => failure === 'region' && rpoSeconds === null,
      )
        ? 'lower it, or choose a pattern with more than one region'
        : 'lower it, or lead clients away faster (steering)',
    });
  }
  return problems;
}
