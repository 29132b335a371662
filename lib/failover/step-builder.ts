import type { ReplicationPlan } from '../blocks';
import type { MultiRegionTopology, PlacedRegionPlan } from '../topology/topology';
import { stepId, type FailoverAction, type Phase, type ServiceCall, type Step } from './procedure';
import { listServiceCalls } from './service-calls';

/** Neither an answer to SQL nor a byte of the log for this long: three times the interval of PostgreSQL's status messages. */
export const SILENCE_SECONDS = 30;

/** Cloud APIs fail now and then; three attempts ride that out without hiding a real fault. */
const MAX_ATTEMPTS = 3;

/** Promotions take as long as they take: the documented time doubled, and a minute for small ones. */
const PROMOTION_MARGIN = { factor: 2, leastSeconds: 60 } as const;

/** What a step is made of before the services it calls are known. */
export type StepDraft = Omit<Step, 'id' | 'calls' | 'maxAttempts'> & {
  readonly words: readonly string[];
};

export function buildStep(draft: StepDraft, topology: MultiRegionTopology): Step {
  const { words, ...rest } = draft;
  return {
    ...rest,
    id: stepId(draft.phase, ...words),
    maxAttempts: MAX_ATTEMPTS,
    calls: callsOf(draft.action, topology),
  };
}

function callsOf(action: FailoverAction, topology: MultiRegionTopology): readonly ServiceCall[] {
  return listServiceCalls(action, {
    target: topology.target,
    dataMode: topology.replication.dataMode,
    closing: topology.routing.closing,
  });
}

export function promotionTimeoutSeconds({ promotionSeconds }: ReplicationPlan): number {
  if (promotionSeconds === null) throw new Error('where every region writes nothing is promoted');
  return Math.max(promotionSeconds * PROMOTION_MARGIN.factor, PROMOTION_MARGIN.leastSeconds);
}

export function requireRegion(topology: MultiRegionTopology, region: string): PlacedRegionPlan {
  const plan = topology.regions.find((candidate) => candidate.region === region);
  if (plan === undefined) {
    const known = topology.regions.map((candidate) => candidate.region).join(', ');
    throw new Error(`region must be one of ${known}, got ${region}; name a region of the topology`);
  }
  return plan;
}

/** Ids of the steps of a phase: what a later phase waits for. */
export function idsOf(steps: readonly Step[], ...phases: readonly Phase[]): readonly string[] {
  return steps.filter(({ phase }) => phases.includes(phase)).map(({ id }) => id);
}
