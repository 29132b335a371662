import type { MultiRegionTopology, PlacedRegionPlan } from '../topology/topology';
import type { Step } from './procedure';
import { buildStep, idsOf } from './step-builder';

// The steps that move writes and clients are the same whether a region is left or comes back.

const REDIRECT_TIMEOUT_SECONDS = 600;
const SQL_TIMEOUT_SECONDS = 60;
/** Copying a database of the largest size takes hours. */
export const REBUILD_TIMEOUT_SECONDS = 6 * 3600;
const REQUEST_TIMEOUT_SECONDS = 120;

/** Regions that write across to another one are told where writes go now; a standby always writes its own database. */
export function planRedirect(
  topology: MultiRegionTopology,
  input: {
    readonly region: PlacedRegionPlan;
    readonly writer: string;
    readonly requires: readonly string[];
  },
): Step {
  const { region, writer, requires } = input;
  return buildStep(
    {
      phase: 'promote',
      words: ['redirect', region.region],
      summary: `Send the writes of ${region.region} to ${writer}`,
      action: { kind: 'redirect-writes', from: region.region, writer },
      effect: 'changes',
      runsIn: region.region,
      requires,
      timeoutSeconds: REDIRECT_TIMEOUT_SECONDS,
      doneWhen: `what replicas of ${region.region} write is read in ${writer}`,
      onFailure: {
        kind: 'alert',
        advice: `${region.region} serves calls and keeps its writes; they are sent once it is redirected`,
      },
    },
    topology,
  );
}

/** A region that is about to get clients must answer, and write where it writes. */
export function planVerification(
  topology: MultiRegionTopology,
  regions: readonly PlacedRegionPlan[],
  before: readonly Step[],
): readonly Step[] {
  const requires = idsOf(before, 'fence', 'scale', 'promote');
  return regions.flatMap(({ region }) => [
    buildStep(
      {
        phase: 'verify',
        words: ['writes', region],
        summary: `Write a row from ${region} and take it back`,
        action: { kind: 'verify-writes', target: region },
        effect: 'observes',
        runsIn: region,
        requires,
        timeoutSeconds: SQL_TIMEOUT_SECONDS,
        doneWhen: `a row written from ${region} was read back and removed`,
        onFailure: { kind: 'alert', advice: `clients are not led to ${region}: it cannot write` },
      },
      topology,
    ),
    buildStep(
      {
        phase: 'verify',
        words: ['requests', region],
        summary: `Ask ${region} for an answer and for a stream, past DNS`,
        action: { kind: 'verify-requests', target: region },
        effect: 'observes',
        runsIn: region,
        requires,
        timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
        doneWhen: `the load balancer of ${region} gave a whole answer and a whole stream`,
        onFailure: {
          kind: 'alert',
          advice: `clients are not led to ${region}: it does not answer`,
        },
      },
      topology,
    ),
  ]);
}

/** Clients follow when probes have failed and answers are forgotten; twice that time is waited. */
export function planObservation(
  topology: MultiRegionTopology,
  input: {
    readonly answeredBy: readonly string[];
    readonly runsIn: string;
    readonly requires: readonly string[];
  },
): Step {
  const { answeredBy, runsIn, requires } = input;
  return buildStep(
    {
      phase: 'shift',
      words: ['observe'],
      summary: `Watch the public name until ${answeredBy.join(' and ')} answers`,
      action: { kind: 'observe-traffic', answeredBy },
      effect: 'observes',
      runsIn,
      requires,
      timeoutSeconds: 2 * topology.routing.steeringSeconds,
      doneWhen: `twenty answers in a row came from ${answeredBy.join(' or ')}`,
      onFailure: {
        kind: 'alert',
        advice: `look at the health checks of ${topology.routing.by}: they do not see the switch`,
      },
    },
    topology,
  );
}

/** After writes have moved the other regions follow their new place. */
export function planFollower(
  topology: MultiRegionTopology,
  input: {
    readonly region: string;
    readonly writer: string;
    readonly requires: readonly string[];
  },
): Step {
  const { region, writer, requires } = input;
  return buildStep(
    {
      phase: 'restore',
      words: ['replica', region],
      summary: `Make the database of ${region} a replica of ${writer}`,
      action: { kind: 'rebuild-replica', replica: region, from: writer },
      effect: 'changes',
      runsIn: region,
      requires,
      timeoutSeconds: REBUILD_TIMEOUT_SECONDS,
      doneWhen: `the database of ${region} is in recovery and receives the log of ${writer}`,
      onFailure: {
        kind: 'alert',
        advice: `until it follows, the loss of ${writer} loses more than is promised`,
      },
    },
    topology,
  );
}
