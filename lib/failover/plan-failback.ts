import type { MultiRegionTopology, PlacedRegionPlan } from '../topology/topology';
import {
  planFollower,
  planObservation,
  planRedirect,
  planVerification,
  REBUILD_TIMEOUT_SECONDS,
} from './moving-steps';
import type { Procedure, Step } from './procedure';
import {
  buildStep,
  idsOf,
  promotionTimeoutSeconds,
  requireRegion,
  SILENCE_SECONDS,
} from './step-builder';
import { placeSwitch } from './switch-place';

const LAG_TIMEOUT_SECONDS = 1800;
const DRAIN_LAG_TIMEOUT_SECONDS = 120;
const SCALE_TIMEOUT_SECONDS = 600;
const SQL_TIMEOUT_SECONDS = 60;
const SWITCH_TIMEOUT_SECONDS = 30;

/**
 * How a region that was lost comes back. Nothing is in a hurry and nothing is lost: its database follows again, the present
 * writer stops, the last write arrives, and only then does the old one take over. Where the region was no writer it only
 * catches up and opens.
 *
 * @throws {Error} when the topology has no such region.
 */
export function planFailback(topology: MultiRegionTopology, returningRegion: string): Procedure {
  const returning = requireRegion(topology, returningRegion);
  const others = topology.regions.filter((region) => region !== returning);
  const [heir] = others;
  if (heir === undefined) throw new Error('a topology of several regions has two or more');
  const wasWriter = topology.replication.writerRegion === returningRegion;
  const place: Place = { topology, returning, heir, others };

  const rebuild = planRebuild(place, wasWriter ? 'was-writer' : 'was-follower');
  const scale = [planScale(place, idsOf(rebuild, 'rebuild'))];
  const fence = wasWriter ? [planFence(place, idsOf(scale, 'scale'))] : [];
  const promote = wasWriter ? planPromotion(place, [...rebuild, ...scale, ...fence]) : [];
  const verify = planVerification(topology, [returning], [...scale, ...fence, ...promote]);
  const shift = planShift(place, verify);
  const restore = planRestore(place, {
    requires: idsOf(shift, 'shift'),
    replicas: wasWriter ? others : [],
  });
  return {
    kind: 'failback',
    name: topology.name,
    target: topology.target,
    region: returningRegion,
    ledBy: heir.region,
    steps: [...rebuild, ...scale, ...fence, ...promote, ...verify, ...shift, ...restore],
  };
}

interface Place {
  readonly topology: MultiRegionTopology;
  readonly returning: PlacedRegionPlan;
  /** The region that leads, and that writes while the writer is away. */
  readonly heir: PlacedRegionPlan;
  readonly others: readonly PlacedRegionPlan[];
}

function planRebuild(
  { topology, returning, heir }: Place,
  past: 'was-writer' | 'was-follower',
): readonly Step[] {
  const { region, databaseRole } = returning;
  // A member of a distributed database catches up by itself.
  if (databaseRole.kind === 'member') return [];
  const { lagAlarmSeconds, writerRegion } = topology.replication;
  const from = past === 'was-writer' || writerRegion === null ? heir.region : writerRegion;
  const merge =
    past === 'was-writer'
      ? [
          buildStep(
            {
              phase: 'rebuild',
              words: ['merge', region],
              summary: `Copy what ${region} took and never sent into ${heir.region}`,
              action: { kind: 'merge-stranded-writes', from: region, into: heir.region },
              effect: 'changes',
              runsIn: heir.region,
              requires: [],
              timeoutSeconds: LAG_TIMEOUT_SECONDS,
              doneWhen: `count and sum of the records of ${region} are the same in both databases`,
              onFailure: {
                kind: 'alert',
                advice: `keep a snapshot of the database of ${region} before it is rebuilt`,
              },
            },
            topology,
          ),
        ]
      : [];
  // Peers and followers that were only out of sight go on where they stopped.
  const follow =
    databaseRole.kind === 'peer'
      ? []
      : [
          buildStep(
            {
              phase: 'rebuild',
              words: ['replica', region],
              summary: `Make the database of ${region} a replica of ${from}`,
              action: { kind: 'rebuild-replica', replica: region, from },
              effect: 'changes',
              runsIn: region,
              requires: idsOf(merge, 'rebuild'),
              timeoutSeconds: REBUILD_TIMEOUT_SECONDS,
              doneWhen: `the database of ${region} is in recovery and receives the log of ${from}`,
              onFailure: { kind: 'alert', advice: `clients stay where they are; see to ${region}` },
            },
            topology,
          ),
        ];
  const maxLagSeconds = lagAlarmSeconds ?? 0;
  return [
    ...merge,
    ...follow,
    planAwaitLag(topology, {
      replica: region,
      maxLagSeconds,
      phase: 'rebuild',
      requires: idsOf([...merge, ...follow], 'rebuild'),
      timeoutSeconds: LAG_TIMEOUT_SECONDS,
      onFailure: { kind: 'alert', advice: 'find what holds the replay: a long query, a slow disk' },
    }),
  ];
}

function planAwaitLag(
  topology: MultiRegionTopology,
  input: Pick<Step, 'requires' | 'timeoutSeconds' | 'onFailure'> & {
    readonly replica: string;
    readonly maxLagSeconds: number;
    readonly phase: 'rebuild' | 'promote';
  },
): Step {
  const { replica, maxLagSeconds, phase, requires, timeoutSeconds, onFailure } = input;
  return buildStep(
    {
      phase,
      words: ['lag', replica],
      summary: `Wait until ${replica} is at most ${maxLagSeconds} s behind`,
      action: { kind: 'await-lag', replica, maxLagSeconds },
      effect: 'observes',
      runsIn: replica,
      requires,
      timeoutSeconds,
      doneWhen: `the database of ${replica} has replayed all but ${maxLagSeconds} s of what was written`,
      onFailure,
    },
    topology,
  );
}

function planScale({ topology, returning }: Place, requires: readonly string[]): Step {
  const { region, autoscaling } = returning;
  return buildStep(
    {
      phase: 'scale',
      words: [region],
      summary: `Run at least ${autoscaling.minReplicas} replicas in ${region}`,
      action: { kind: 'scale-compute', target: region, minReplicas: autoscaling.minReplicas },
      effect: 'changes',
      runsIn: region,
      requires,
      timeoutSeconds: SCALE_TIMEOUT_SECONDS,
      doneWhen: `${autoscaling.minReplicas} replicas or more are ready in ${region}`,
      onFailure: { kind: 'alert', advice: `clients stay where they are; see to ${region}` },
    },
    topology,
  );
}

function planFence({ topology, heir }: Place, requires: readonly string[]): Step {
  const writer = heir.region;
  return buildStep(
    {
      phase: 'fence',
      words: [writer],
      summary: `Stop the writer of ${writer}`,
      action: { kind: 'fence-writer', writer, silenceSeconds: SILENCE_SECONDS },
      effect: 'changes',
      runsIn: writer,
      requires,
      timeoutSeconds: SQL_TIMEOUT_SECONDS + SILENCE_SECONDS,
      doneWhen: `a write to ${writer} is refused`,
      onFailure: {
        kind: 'roll-back',
        how: `let the database of ${writer} take writes again`,
        advice: 'nothing has moved yet: calls and writes go on as before',
      },
    },
    topology,
  );
}

function planPromotion(
  { topology, returning, heir, others }: Place,
  before: readonly Step[],
): readonly Step[] {
  const { region } = returning;
  const drain = planAwaitLag(topology, {
    replica: region,
    maxLagSeconds: 0,
    phase: 'promote',
    requires: idsOf(before, 'fence', 'scale'),
    timeoutSeconds: DRAIN_LAG_TIMEOUT_SECONDS,
    onFailure: {
      kind: 'roll-back',
      how: `let the database of ${heir.region} take writes again`,
      advice: 'nothing has moved yet: find what holds the replay before trying again',
    },
  });
  const promote = buildStep(
    {
      phase: 'promote',
      words: [region],
      summary: `Promote the database of ${region}, which has every write`,
      action: { kind: 'promote-database', replica: region, from: heir.region, mode: 'planned' },
      effect: 'changes',
      runsIn: region,
      requires: [...idsOf(before, 'fence', 'scale'), drain.id],
      timeoutSeconds: promotionTimeoutSeconds(topology.replication),
      doneWhen: `the database of ${region} is not in recovery`,
      onFailure: {
        kind: 'alert',
        advice: `until it is promoted let ${heir.region} take writes again`,
      },
    },
    topology,
  );
  const redirects =
    topology.pattern === 'active-passive'
      ? []
      : [returning, ...others].map((other) =>
          planRedirect(topology, { region: other, writer: region, requires: [promote.id] }),
        );
  return [drain, promote, ...redirects];
}

function planShift({ topology, returning, heir, others }: Place, before: readonly Step[]) {
  const { region } = returning;
  const place = placeSwitch(topology.routing.closing, { target: region, heir: heir.region });
  const open = buildStep(
    {
      phase: 'shift',
      words: ['open', region],
      summary: `Let clients back into ${region}`,
      action: { kind: 'set-region-switch', target: region, state: 'open', heldIn: place.heldIn },
      effect: 'changes',
      runsIn: heir.region,
      requires: idsOf(before, 'verify'),
      timeoutSeconds: SWITCH_TIMEOUT_SECONDS,
      doneWhen: `${place.called} reads open`,
      onFailure: {
        kind: 'roll-back',
        how: `close the switch of ${region}`,
        advice: 'clients stay where they are',
      },
    },
    topology,
  );
  const answeredBy =
    topology.pattern === 'active-passive'
      ? [region]
      : [region, ...others.map((other) => other.region)];
  return [
    open,
    planObservation(topology, { answeredBy, runsIn: heir.region, requires: [open.id] }),
  ];
}

/** Back to what the topology says: replicas follow the old writer, and nobody runs more than it is to. */
function planRestore(
  { topology, returning, others }: Place,
  input: { readonly requires: readonly string[]; readonly replicas: readonly PlacedRegionPlan[] },
): readonly Step[] {
  const { requires } = input;
  const followers = input.replicas.map(({ region }) =>
    planFollower(topology, { region, writer: returning.region, requires }),
  );
  const floors = others.map(({ region, autoscaling }) =>
    buildStep(
      {
        phase: 'restore',
        words: ['scale', region],
        summary: `Let ${region} go back to ${autoscaling.minReplicas} replicas at least`,
        action: { kind: 'scale-compute', target: region, minReplicas: autoscaling.minReplicas },
        effect: 'changes',
        runsIn: region,
        requires,
        timeoutSeconds: SCALE_TIMEOUT_SECONDS,
        doneWhen: `the autoscaler of ${region} has the floor ${autoscaling.minReplicas}`,
        onFailure: { kind: 'alert', advice: `${region} runs more replicas than it has to` },
      },
      topology,
    ),
  );
  return [...followers, ...floors];
}
