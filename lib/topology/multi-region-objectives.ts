import type { ReplicationPlan, RoutingPlan } from '../blocks';
import { selectDataMode } from './data-modes';
import {
  planSingleRegionObjectives,
  planUptime,
  type FailureObjective,
  type RecoveryObjectives,
} from './objectives';
import { selectSteering } from './steering-traits';
import type { TargetTraits } from './target-traits';
import type { Timers } from './timers';

export interface MultiRegionObjectivesInput {
  readonly pattern: 'active-passive' | 'active-active';
  readonly regionCount: number;
  readonly timers: Timers;
  readonly routing: RoutingPlan;
  readonly replication: ReplicationPlan;
  readonly coldReplicas: 'none-run' | 'some-run';
  readonly traits: TargetTraits;
}

const SECONDS_PER_YEAR = 31_557_600;

/** The large clouds report less than one loss of a whole region a year and region. One is counted; the number is ours. */
const REGION_LOSSES_PER_YEAR = 1;

/** What several regions promise: within each region what one region promises, and an answer to its loss. */
export function planMultiRegionObjectives(input: MultiRegionObjectivesInput): RecoveryObjectives {
  const region = planRegionLossObjective(input);
  const within = planSingleRegionObjectives(input).failures.filter(
    ({ failure }) => failure !== 'region',
  );
  return {
    failures: [...within.map((failure) => adaptToDataMode(failure, input)), region],
    ...planMultiRegionUptime(input, region),
  };
}

/** A database that spans zones and regions has no standby to wait for. */
function adaptToDataMode(
  failure: FailureObjective,
  { replication, timers, traits }: MultiRegionObjectivesInput,
): FailureObjective {
  const local = selectDataMode(traits.target, replication.dataMode)?.localFailoverSeconds ?? null;
  if (local === null) return failure;
  switch (failure.failure) {
    case 'zone':
      if (failure.dataPlaneRtoSeconds === null) return failure;
      return {
        ...failure,
        controlPlaneRtoSeconds: Math.max(timers.detectionSeconds, local.value),
        arithmetic: `writes: max(${timers.detectionSeconds} s, ${local.value} s) — ${local.source}`,
      };
    case 'database':
      return {
        ...failure,
        controlPlaneRtoSeconds: local.value,
        arithmetic: `calls need no database; writes: ${local.value} s — ${local.source}`,
      };
    case 'replica':
    case 'cache':
    case 'region':
      return failure;
  }
}

function planRegionLossObjective(input: MultiRegionObjectivesInput): FailureObjective {
  const { routing, traits } = input;
  const coldSeconds = input.coldReplicas === 'none-run' ? traits.coldStartSeconds.value : 0;
  const calls = routing.steeringSeconds + coldSeconds;
  const callsText =
    coldSeconds === 0
      ? routing.arithmetic
      : `${routing.arithmetic}, + ${coldSeconds} s = ${calls} s — ${traits.coldStartSeconds.source}`;
  const writes = planWrites(input, calls);
  const loss = planLoss(input);
  return {
    failure: 'region',
    dataPlaneRtoSeconds: calls,
    controlPlaneRtoSeconds: writes.seconds,
    rpoSeconds: loss.seconds,
    arithmetic: `${describeWho(input)}: ${callsText}; writes: ${writes.arithmetic}; loss: ${loss.arithmetic}`,
  };
}

function describeWho({ pattern }: MultiRegionObjectivesInput): string {
  return pattern === 'active-passive' ? 'calls' : 'calls of the clients of that region';
}

interface Term {
  readonly seconds: number;
  readonly arithmetic: string;
}

function planWrites(
  { routing, replication, traits }: MultiRegionObjectivesInput,
  callsSeconds: number,
): Term {
  const promotion = selectDataMode(traits.target, replication.dataMode)?.promotionSeconds ?? null;
  if (promotion === null) {
    return { seconds: callsSeconds, arithmetic: 'as calls, since every region takes them' };
  }
  const afterPromotion = routing.detectionSeconds + promotion.value;
  return {
    seconds: Math.max(callsSeconds, afterPromotion),
    arithmetic: `max(${callsSeconds} s, ${routing.detectionSeconds} s to notice + ${promotion.value} s to promote) — ${promotion.source}`,
  };
}

/** An asynchronous mode loses its lag. No constant bounds it: the alarm does, and so its threshold is what is promised. */
function planLoss({ replication, traits }: MultiRegionObjectivesInput): Term {
  const lag = selectDataMode(traits.target, replication.dataMode)?.expectedLagSeconds;
  const { lagAlarmSeconds } = replication;
  if (lagAlarmSeconds === null) {
    return { seconds: 0, arithmetic: `none: a second region has each write — ${lag?.source}` };
  }
  return {
    seconds: lagAlarmSeconds,
    arithmetic: `the lag at that moment, usually ${replication.expectedLagSeconds} s, alarm from ${lagAlarmSeconds} s on — ${lag?.source}`,
  };
}

/** All regions down at once, and the time it takes to lead clients away from each one that is. */
function planMultiRegionUptime(
  { regionCount, routing, traits }: MultiRegionObjectivesInput,
  region: FailureObjective,
): Pick<RecoveryObjectives, 'uptimePercent' | 'uptimeArithmetic'> {
  const ofRegion = planUptime(traits);
  const ofSteering = selectSteering(traits.target, routing.policy)?.serviceLevelPercent ?? null;
  if (ofRegion.uptimePercent === null || ofSteering === null) {
    return planUptime({ ...traits, serviceLevels: [] });
  }
  const seconds = region.dataPlaneRtoSeconds ?? 0;
  const someRegion = 1 - (1 - ofRegion.uptimePercent / 100) ** regionCount;
  const steered = 1 - (regionCount * REGION_LOSSES_PER_YEAR * seconds) / SECONDS_PER_YEAR;
  const share = someRegion * steered * (ofSteering.value / 100);
  const uptimePercent = Math.floor(share * 1e7) / 1e5;
  return {
    uptimePercent,
    uptimeArithmetic:
      `not all ${regionCount} regions of ${ofRegion.uptimePercent} % at once × ` +
      `${REGION_LOSSES_PER_YEAR} loss a year of each, ${seconds} s to steer × ` +
      `${routing.by} ${ofSteering.value} % = ${uptimePercent} %`,
  };
}
