import {
  type FailoverAction,
  findUnsafeSteps,
  type MultiRegionTopology,
  planFailback,
  planFailover,
  type Procedure,
  type Step,
} from '../../../lib';
import { selectUndone } from './definition';

/** A procedure as a workflow of ARC Region switch. */
export interface PlanWorkflow {
  readonly action: 'activate' | 'deactivate';
  readonly targetRegion: string;
  /** The region that is activated. Region switch runs the workflow there, and the functions of its blocks stand there. */
  readonly runsIn: string;
  readonly procedure: Procedure;
}

/** A step as a block of a workflow. */
export interface PlannedBlock {
  readonly step: Step;
  /** Steps that are taken again just before it, because blocks may be skipped. */
  readonly guards: readonly Step[];
  /** What is taken back when it fails. Null: nothing. */
  readonly undone: Step | null;
  /** How long Region switch goes on calling the function. */
  readonly timeoutMinutes: number;
  /** How long after a call that failed it calls again. */
  readonly retryIntervalMinutes: number;
}

/** A call of Lambda may last so long. @see AWS Lambda, quotas */
export const BLOCK_CALL_MINUTES = 15;
/** How much of it is spent looking: the same as in `operations/failover/aws/plan-block.ts`. */
export const LOOKING_SECONDS = 600;
/** A step that fits into one call looks every few seconds itself; calls after it are for what somebody mends meanwhile. */
const MENDING_MINUTES = 5;
/** One that does not fit is called on as soon as Region switch does so. */
const LEAST_INTERVAL_MINUTES = 1;
/** @see ARC User Guide, "Quotas for Region switch" */
const MOST_BLOCKS = 100;

/** What moves writes or clients, and what makes that safe. */
const GUARDED: readonly FailoverAction['kind'][] = ['promote-database', 'set-region-switch'];
const GUARDING: readonly FailoverAction['kind'][] = [
  'fence-writer',
  'await-lag',
  'verify-writes',
  'verify-requests',
];

/**
 * The workflows of a gateway's plan: away from each region that serves, and back. Region switch takes these forms and no
 * others: a plan of an active and a passive region activates each of the two, and one of two active regions deactivates
 * and activates each.
 */
export function listWorkflows(topology: MultiRegionTopology): readonly PlanWorkflow[] {
  return topology.regions
    .filter(({ role }) => role !== 'standby')
    .flatMap(({ region }): readonly PlanWorkflow[] => {
      const failover = planFailover(topology, region);
      return [
        {
          ...(topology.pattern === 'active-passive'
            ? { action: 'activate', targetRegion: failover.ledBy }
            : { action: 'deactivate', targetRegion: region }),
          runsIn: failover.ledBy,
          procedure: failover,
        },
        {
          action: 'activate',
          targetRegion: region,
          runsIn: region,
          procedure: planFailback(topology, region),
        },
      ];
    });
}

/**
 * A block for each step, in the order of the procedure.
 *
 * @throws {Error} when a step could not be taken in the very case it is made for, or not within what a block offers.
 */
export function planBlocks(procedure: Procedure): readonly PlannedBlock[] {
  const [unsafe] = findUnsafeSteps(procedure);
  if (unsafe !== undefined) throw new Error(`${unsafe.stepId} ${unsafe.reason}`);
  return procedure.steps.map((step) => {
    const guards = selectGuards(step, procedure);
    return { step, guards, undone: selectUndone(step, procedure), ...planTimes(step, guards) };
  });
}

/** @throws {Error} when there are more blocks than a plan may have. */
export function checkBlockCount(workflows: readonly PlanWorkflow[]): void {
  // Each may begin with an approval.
  const count = workflows.reduce((sum, { procedure }) => sum + procedure.steps.length + 1, 0);
  if (count > MOST_BLOCKS) {
    throw new Error(`a plan of Region switch has ${MOST_BLOCKS} blocks at most, got ${count}`);
  }
}

/**
 * Where somebody is asked: before the writer is stopped, so that nothing is half done while an answer is awaited; before
 * clients move where no writer is.
 */
export function selectApproved({ steps }: Procedure): Step | null {
  return (
    steps.find(({ phase }) => phase === 'fence') ??
    steps.find(({ phase }) => phase === 'shift') ??
    null
  );
}

function selectGuards(step: Step, { steps }: Procedure): readonly Step[] {
  if (!GUARDED.includes(step.action.kind)) return [];
  return steps.filter(
    ({ id, action }) => step.requires.includes(id) && GUARDING.includes(action.kind),
  );
}

/** What is rolled back is called once: taken again by itself it would be taken back again and again. */
function planTimes(
  { id, timeoutSeconds, onFailure }: Step,
  guards: readonly Step[],
): Pick<PlannedBlock, 'timeoutMinutes' | 'retryIntervalMinutes'> {
  const seconds = guards.reduce((sum, guard) => sum + guard.timeoutSeconds, timeoutSeconds);
  if (seconds <= LOOKING_SECONDS) {
    return {
      timeoutMinutes: BLOCK_CALL_MINUTES,
      retryIntervalMinutes: onFailure.kind === 'roll-back' ? BLOCK_CALL_MINUTES : MENDING_MINUTES,
    };
  }
  if (onFailure.kind === 'roll-back') {
    throw new Error(
      `${id} is taken back when it fails, so it must be done within one call: ${LOOKING_SECONDS} s, got ${seconds} s`,
    );
  }
  return {
    timeoutMinutes: Math.ceil(seconds / 60) + BLOCK_CALL_MINUTES,
    retryIntervalMinutes: LEAST_INTERVAL_MINUTES,
  };
}
