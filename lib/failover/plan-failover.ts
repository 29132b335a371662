import type { MultiRegionTopology, PlacedRegionPlan } from '../topology/topology';
import { planFollower, planObservation, planRedirect, planVerification } from './moving-steps';
import type { Procedure, Step } from './procedure';
import {
  buildStep,
  idsOf,
  promotionTimeoutSeconds,
  requireRegion,
  SILENCE_SECONDS,
} from './step-builder';
import { isSwitchLost, placeSwitch } from './switch-place';

/** Replicas that start on machines which are there already take this long; the timeout allows for new machines too. */
const SCALE_TIMEOUT_SECONDS = 600;
const SQL_TIMEOUT_SECONDS = 60;
const SWITCH_TIMEOUT_SECONDS = 30;

/**
 * What to do when a region is lost: fence → scale → promote → verify → shift. Nothing asks the lost region's control
 * planes. Where every region writes, or the lost one did not, there is no writer to fence and none to promote. Where what
 * would close the region is lost with it, nothing closes it: that it does not answer is what leads clients away.
 *
 * @throws {Error} when the topology has no such region.
 */
export function planFailover(topology: MultiRegionTopology, failedRegion: string): Procedure {
  requireRegion(topology, failedRegion);
  const survivors = topology.regions.filter(({ region }) => region !== failedRegion);
  const [heir] = survivors;
  if (heir === undefined) throw new Error('a topology of several regions has two or more');
  const lostWriter = topology.replication.writerRegion === failedRegion;
  const fence = lostWriter ? [planFence(topology, failedRegion, heir)] : [];
  const scale = survivors.map((region) => planScale(topology, region, idsOf(fence, 'fence')));
  const promote = lostWriter
    ? planPromotion(topology, { failedRegion, survivors, heir, before: [...fence, ...scale] })
    : [];
  const verify = planVerification(topology, survivors, [...fence, ...scale, ...promote]);
  const shift = planShift(topology, { failedRegion, survivors, heir, before: verify });
  const restore = lostWriter
    ? survivors
        .filter((region) => region !== heir)
        .map(({ region }) =>
          planFollower(topology, {
            region,
            writer: heir.region,
            requires: idsOf(shift, 'shift'),
          }),
        )
    : [];
  return {
    kind: 'failover',
    name: topology.name,
    target: topology.target,
    region: failedRegion,
    ledBy: heir.region,
    steps: [...fence, ...scale, ...promote, ...verify, ...shift, ...restore],
  };
}

function planFence(topology: MultiRegionTopology, writer: string, heir: PlacedRegionPlan): Step {
  return buildStep(
    {
      phase: 'fence',
      words: [writer],
      summary: `Stop the writer of ${writer}, or make sure that nothing is heard of it`,
      action: { kind: 'fence-writer', writer, silenceSeconds: SILENCE_SECONDS },
      effect: 'changes',
      runsIn: heir.region,
      requires: [],
      timeoutSeconds: SQL_TIMEOUT_SECONDS + SILENCE_SECONDS,
      doneWhen: `a write to ${writer} is refused, or ${writer} answers no SQL and ${heir.region} received none of its log for ${SILENCE_SECONDS} s`,
      onFailure: {
        kind: 'alert',
        advice: `the writer of ${writer} still takes writes: stop its gateways or its database by hand before going on`,
      },
    },
    topology,
  );
}

function planScale(
  topology: MultiRegionTopology,
  region: PlacedRegionPlan,
  requires: readonly string[],
): Step {
  const { minReplicas } = region.takeover;
  return buildStep(
    {
      phase: 'scale',
      words: [region.region],
      summary: `Run at least ${minReplicas} replicas in ${region.region}`,
      action: { kind: 'scale-compute', target: region.region, minReplicas },
      effect: 'changes',
      runsIn: region.region,
      requires,
      timeoutSeconds: SCALE_TIMEOUT_SECONDS,
      doneWhen: `${minReplicas} replicas or more are ready in ${region.region}`,
      onFailure: {
        kind: 'alert',
        advice: `${region.region} has no capacity left: raise its quota, or lower autoscaling.minReplicas`,
      },
    },
    topology,
  );
}

interface PromotionInput {
  readonly failedRegion: string;
  readonly survivors: readonly PlacedRegionPlan[];
  readonly heir: PlacedRegionPlan;
  readonly before: readonly Step[];
}

function planPromotion(
  topology: MultiRegionTopology,
  { failedRegion, survivors, heir, before }: PromotionInput,
): readonly Step[] {
  const record = buildStep(
    {
      phase: 'promote',
      words: ['lag', heir.region],
      summary: `Record how far the replica of ${heir.region} is behind ${failedRegion}`,
      action: { kind: 'record-lag', replica: heir.region, writer: failedRegion },
      effect: 'observes',
      runsIn: heir.region,
      requires: idsOf(before, 'fence', 'scale'),
      timeoutSeconds: SQL_TIMEOUT_SECONDS,
      doneWhen: 'the lag stands in the report',
      onFailure: { kind: 'alert', advice: 'look at the replica by hand: it may not be replaying' },
    },
    topology,
  );
  const promote = buildStep(
    {
      phase: 'promote',
      words: [heir.region],
      summary: `Promote the database of ${heir.region}`,
      action: {
        kind: 'promote-database',
        replica: heir.region,
        from: failedRegion,
        mode: 'forced',
      },
      effect: 'changes',
      runsIn: heir.region,
      requires: [...idsOf(before, 'fence', 'scale'), record.id],
      timeoutSeconds: promotionTimeoutSeconds(topology.replication),
      doneWhen: `the database of ${heir.region} is not in recovery`,
      onFailure: {
        kind: 'alert',
        advice: 'a promotion is not taken back: calls with known keys go on; see to the database',
      },
    },
    topology,
  );
  const redirects =
    topology.pattern === 'active-passive'
      ? []
      : survivors.map((region) =>
          planRedirect(topology, { region, writer: heir.region, requires: [promote.id] }),
        );
  return [record, promote, ...redirects];
}

function planShift(topology: MultiRegionTopology, input: PromotionInput): readonly Step[] {
  const { failedRegion, survivors, heir, before } = input;
  const verified = idsOf(before, 'verify');
  const close = isSwitchLost(topology.routing.closing, failedRegion)
    ? []
    : [planClosing(topology, { failedRegion, heir, requires: verified })];
  const answeredBy = survivors.map(({ region }) => region);
  return [
    ...close,
    planObservation(topology, {
      answeredBy,
      runsIn: heir.region,
      requires: close.length > 0 ? idsOf(close, 'shift') : verified,
    }),
  ];
}

function planClosing(
  topology: MultiRegionTopology,
  input: {
    readonly failedRegion: string;
    readonly heir: PlacedRegionPlan;
    readonly requires: readonly string[];
  },
): Step {
  const { failedRegion, heir, requires } = input;
  const { heldIn, called } = placeSwitch(topology.routing.closing, {
    target: failedRegion,
    heir: heir.region,
  });
  return buildStep(
    {
      phase: 'shift',
      words: ['close', failedRegion],
      summary: `Keep clients out of ${failedRegion}, even if it comes back by itself`,
      action: { kind: 'set-region-switch', target: failedRegion, state: 'closed', heldIn },
      effect: 'changes',
      runsIn: heir.region,
      requires,
      timeoutSeconds: SWITCH_TIMEOUT_SECONDS,
      doneWhen: `${called} reads closed`,
      onFailure: {
        kind: 'roll-back',
        how: `open the switch of ${failedRegion}`,
        advice: 'health checks lead clients away as long as the region is down',
      },
    },
    topology,
  );
}
