import type { Step } from '../../../lib';
import { describeError } from '../../describe-error';
import { type ExecutorEvent, NotYet } from './executor';

/** A step with the time and the attempts it has. */
export type BlockStep = Pick<Step, 'id' | 'action' | 'runsIn' | 'timeoutSeconds' | 'maxAttempts'>;

/** One block of a plan of ARC Region switch: a step of a procedure, and what keeps it safe. Nothing secret. */
export interface PlanBlock {
  /** `failover of us-east-1`. */
  readonly procedure: string;
  readonly step: BlockStep;
  /**
   * Steps that are taken again just before it. Whoever runs a plan may skip a block of it, and a plan that runs
   * ungracefully may skip all of them: what moves writes or clients relies on nobody having taken the one before.
   */
  readonly guards: readonly BlockStep[];
  /** What is taken back when the step fails. Null: nothing. */
  readonly undone: Pick<Step, 'id' | 'action' | 'runsIn'> | null;
  /** What to do when it fails. */
  readonly advice: string;
}

export interface PlanBlockPorts {
  /** Hands something to the executor of this region. */
  readonly execute: (event: ExecutorEvent) => Promise<unknown>;
  /** Tells somebody. */
  readonly tell: (message: string) => Promise<void>;
  readonly nowMs: () => number;
  /** Unit: milliseconds. */
  readonly wait: (delayMs: number) => Promise<void>;
  readonly writeLog: (line: string) => void;
}

/** A call of Lambda ends after fifteen minutes; the last look, and telling of it, need some of them. */
export const LOOKING_MS = 600_000;
const POLL_MS = 10_000;
const FIRST_BACKOFF_MS = 5_000;

/**
 * Takes the step of a block, and its guards before it. It keeps nothing in mind: taken again, by whomever and however often,
 * it finds done what is done. A step that needs longer than one call may last rejects as `NotYet`, so that Region switch
 * calls again.
 */
export async function takePlanBlock(block: PlanBlock, ports: PlanBlockPorts): Promise<unknown> {
  const { guards, step } = block;
  const untilMs = ports.nowMs() + LOOKING_MS;
  try {
    for (const guard of guards) await takeWithinTime(guard, { ports, untilMs });
    await takeWithinTime(step, { ports, untilMs });
  } catch (error) {
    if (!isNotYet(error)) await giveUp(block, ports, error);
    throw error;
  }
  return { step: step.id, status: 'done' };
}

/** Looks at a step until it is done or its time is up, and tries it again as often as it may be. */
async function takeWithinTime(
  step: BlockStep,
  { ports, untilMs }: { readonly ports: PlanBlockPorts; readonly untilMs: number },
): Promise<void> {
  const { id, action, runsIn, timeoutSeconds, maxAttempts } = step;
  const timeoutMs = ports.nowMs() + timeoutSeconds * 1000;
  for (let attempt = 1; ;) {
    try {
      await ports.execute({ kind: 'step', step: { id, action, runsIn }, mode: 'real' });
      return;
    } catch (error) {
      if (isNotYet(error)) {
        const nextMs = ports.nowMs() + POLL_MS;
        if (nextMs > timeoutMs) throw new Error(`${id}: ${describeError(error)}; its time is up`);
        if (nextMs > untilMs) throw new NotYet(`${id}: ${describeError(error)}`);
        await ports.wait(POLL_MS);
      } else {
        if (attempt >= maxAttempts)
          throw new Error(`${id}: ${describeError(error)}`, { cause: error });
        await ports.wait(FIRST_BACKOFF_MS * 2 ** (attempt - 1));
        attempt += 1;
      }
    }
  }
}

async function giveUp(block: PlanBlock, ports: PlanBlockPorts, error: unknown): Promise<void> {
  const { procedure, step, undone, advice } = block;
  const taken = undone === null ? null : await undo(undone, ports);
  const message =
    `The ${procedure} stopped at ${step.id}. ${describeError(error)}. ` +
    (taken === null ? '' : `${taken}. `) +
    `${advice}. When it is mended, start the plan again: it finds done what is done.`;
  // Somebody who cannot be told must not hide why.
  await ports.tell(message).catch((failure: unknown) => {
    ports.writeLog(JSON.stringify({ step: step.id, told: describeError(failure) }));
  });
}

async function undo(
  step: Pick<Step, 'id' | 'action' | 'runsIn'>,
  { execute }: PlanBlockPorts,
): Promise<string> {
  return execute({ kind: 'undo', step, mode: 'real' }).then(
    () => `${step.id} was taken back`,
    (error: unknown) => `${step.id} could not be taken back: ${describeError(error)}`,
  );
}

/** By its name: it comes from another function, and often from another region. */
function isNotYet(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotYet';
}
