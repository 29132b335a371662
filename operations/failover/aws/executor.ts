import type { Step } from '../../../lib';
import type { ExecutorPorts, PeerQuestion } from './executor-ports';
import type { StepMode, StepOutcome } from './step-outcome';
import { takeStep } from './take-step';
import { undoStep } from './undo-step';

/** What the state machine, or the executor of another region, asks for. */
export type ExecutorEvent =
  | {
      readonly kind: 'step';
      readonly step: Pick<Step, 'id' | 'action' | 'runsIn'>;
      readonly mode: StepMode;
    }
  /** Takes a step back, after it or what follows it has failed. */
  | {
      readonly kind: 'undo';
      readonly step: Pick<Step, 'id' | 'action' | 'runsIn'>;
      readonly mode: StepMode;
    }
  | PeerQuestion;

/** Tells the state machine to look again: it repeats on this name, and on this name alone, until the step's time is up. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}

export interface ExecutorInput {
  readonly region: string;
  readonly ports: ExecutorPorts;
  /** Hands a step to the region it runs in. */
  readonly forward: (region: string, event: ExecutorEvent) => Promise<unknown>;
  readonly writeLog: (line: string) => void;
}

/** Takes a step here, or in the region it runs in, and answers what executors of other regions ask. */
export async function execute(event: ExecutorEvent, input: ExecutorInput): Promise<unknown> {
  const { database } = input.ports;
  switch (event.kind) {
    case 'step':
      return executeStep(event, input);
    case 'undo':
      return executeUndo(event, input);
    case 'stop-writes':
      if (!(await database.isReplica())) await database.stopWrites();
      return { refuses: await refusesWrites(input.ports) };
    case 'look-at-writes':
      return { refuses: await refusesWrites(input.ports) };
    case 'read-digests':
      return database.readDigests();
    case 'read-records':
      return database.readRecords(event.page);
  }
}

async function executeStep(
  event: Extract<ExecutorEvent, { readonly kind: 'step' }>,
  { region, ports, forward, writeLog }: ExecutorInput,
): Promise<unknown> {
  const { step, mode } = event;
  if (step.runsIn !== region) return forward(step.runsIn, event);
  const outcome: StepOutcome = await takeStep(step, mode, ports);
  writeLog(JSON.stringify({ step: step.id, mode, ...outcome }));
  if (outcome.status === 'waiting' && mode === 'real') throw new NotYet(outcome.detail);
  return { step: step.id, ...outcome };
}

async function executeUndo(
  event: Extract<ExecutorEvent, { readonly kind: 'undo' }>,
  { region, ports, forward }: ExecutorInput,
): Promise<unknown> {
  const { step, mode } = event;
  if (step.runsIn !== region) return forward(step.runsIn, event);
  if (mode === 'real') await undoStep(step, ports);
  return { step: step.id, status: 'undone' };
}

async function refusesWrites({ database }: ExecutorPorts): Promise<boolean> {
  return (await database.isReplica()) || (await database.refusesWrites());
}
