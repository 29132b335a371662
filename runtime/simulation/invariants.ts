import type { Check } from './invariant';
import { isAccounted } from './invariants-accounting';
import { isBounded, isCommittedOnce, isEnded, isNotRetriedAfterCommit } from './invariants-calls';
import {
  isAlive,
  isFair,
  isNeverEjected,
  isNotBlamedForCallers,
  isQuiet,
  isRestRespected,
  isRetriedElsewhere,
} from './invariants-deployments';
import { isOutageBounded, isWithinBudget } from './invariants-load';
import { isReached } from './invariants-reach';
import type { SimulationResult } from './run-simulation';
import { selectCalls } from './select-calls';

export interface Violation {
  readonly invariant: InvariantName;
  readonly finding: string;
}

/** What holds in every simulation, whatever the configuration and the faults. */
export const INVARIANTS = {
  'I1 attempts are bounded': isBounded,
  'I2 an answer has one source': isCommittedOnce,
  'I3 nothing is tried again after the first byte': isNotRetriedAfterCommit,
  'I4 every request ends in time': isEnded,
  'I5 service returns when the faults are gone': isAlive,
  'I6 nothing stays in flight': isQuiet,
  'I7 a resting deployment is left alone': isRestRespected,
  'I8 the accounts agree': isAccounted,
  'I9 no healthy deployment starves': isFair,
  'I11 a retry goes elsewhere first': isRetriedElsewhere,
  'I12 a mistake of the caller rests nobody': isNotBlamedForCallers,
  'I13 failures never empty a group': isNeverEjected,
  'I14 whoever can answer is reached': isReached,
  'I15 retries keep to their budgets': isWithinBudget,
  'I16 an outage is not multiplied': isOutageBounded,
} as const satisfies Readonly<Record<string, Check>>;

/** I10 compares two runs, so it is checked by `findTraceDifference`. */
export type InvariantName = keyof typeof INVARIANTS;

export function checkInvariants(result: SimulationResult): readonly Violation[] {
  const context = { result, calls: selectCalls(result.trace) };
  return (Object.keys(INVARIANTS) as InvariantName[]).flatMap((invariant) =>
    INVARIANTS[invariant](context).map((finding) => ({ invariant, finding })),
  );
}

/** I10: the same seed gives the same trace. Null, or where the two part. */
export function findTraceDifference(first: string, second: string): string | null {
  if (first === second) return null;
  const [a, b] = [first.split('\n'), second.split('\n')];
  const line = a.findIndex((text, index) => text !== b[index]);
  const at = line === -1 ? a.length : line;
  return `line ${at + 1} is ${a[at] ?? 'missing'} once and ${b[at] ?? 'missing'} the other time`;
}
