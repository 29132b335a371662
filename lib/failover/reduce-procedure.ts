import type { Procedure, Step } from './procedure';

/** Where a procedure stands. Plain JSON: whoever leads it writes it down after each event, and goes on from there. */
export interface ProcedureState {
  readonly procedure: Procedure;
  /** Ids of the steps that are done, in the order they were. */
  readonly confirmed: readonly string[];
  readonly progress: Progress;
}

export type Progress =
  /** The step may be started; `attempt` counts from 1. */
  | { readonly kind: 'waiting'; readonly stepId: string; readonly attempt: number }
  | { readonly kind: 'running'; readonly stepId: string; readonly attempt: number }
  /** Attempts are used up, or the order is broken. `resume` goes on from this very step. */
  | { readonly kind: 'failed'; readonly stepId: string; readonly reason: string }
  | { readonly kind: 'done' };

/** What happened. Every event names its step, so that one that comes late or twice changes nothing. */
export type ProcedureEvent =
  | { readonly kind: 'started'; readonly stepId: string }
  | { readonly kind: 'confirmed'; readonly stepId: string }
  | { readonly kind: 'failed'; readonly stepId: string; readonly reason: string }
  | { readonly kind: 'timed-out'; readonly stepId: string }
  /** Whoever led it is gone; the step may be done or not, which its check tells. */
  | { readonly kind: 'interrupted'; readonly stepId: string }
  /** Somebody mended what was wrong. */
  | { readonly kind: 'resumed'; readonly stepId: string };

export function startProcedure(procedure: Procedure): ProcedureState {
  return advance(procedure, []);
}

/** The step to be taken now. Null: it runs already, somebody has to mend something, or all is done. */
export function selectNextStep({ procedure, progress }: ProcedureState): Step | null {
  if (progress.kind !== 'waiting') return null;
  return procedure.steps.find(({ id }) => id === progress.stepId) ?? null;
}

/**
 * One step after another. What a step requires must be confirmed before it starts, whatever the order in which a procedure
 * lists its steps: no promotion before the fence, no shift before the verification.
 */
export function reduceProcedure(state: ProcedureState, event: ProcedureEvent): ProcedureState {
  const { procedure, progress } = state;
  if (progress.kind === 'done' || progress.stepId !== event.stepId) return state;
  switch (event.kind) {
    case 'started':
      return progress.kind === 'waiting'
        ? { ...state, progress: { ...progress, kind: 'running' } }
        : state;
    case 'confirmed':
      return progress.kind === 'running'
        ? advance(procedure, [...state.confirmed, event.stepId])
        : state;
    case 'failed':
      return progress.kind === 'running' ? retry(state, progress, event.reason) : state;
    case 'timed-out':
      return progress.kind === 'running' ? retry(state, progress, 'timed out') : state;
    case 'interrupted':
      return progress.kind === 'running'
        ? { ...state, progress: { ...progress, kind: 'waiting' } }
        : state;
    case 'resumed':
      return progress.kind === 'failed' ? advance(procedure, state.confirmed) : state;
  }
}

function advance(procedure: Procedure, confirmed: readonly string[]): ProcedureState {
  const next = procedure.steps.find(({ id }) => !confirmed.includes(id));
  if (next === undefined) return { procedure, confirmed, progress: { kind: 'done' } };
  const missing = next.requires.filter((id) => !confirmed.includes(id));
  return {
    procedure,
    confirmed,
    progress:
      missing.length === 0
        ? { kind: 'waiting', stepId: next.id, attempt: 1 }
        : {
            kind: 'failed',
            stepId: next.id,
            reason: `stands before what it requires: ${missing.join(', ')}`,
          },
  };
}

function retry(
  state: ProcedureState,
  progress: Extract<Progress, { kind: 'running' }>,
  reason: string,
): ProcedureState {
  const { stepId, attempt } = progress;
  const step = state.procedure.steps.find(({ id }) => id === stepId);
  const maxAttempts = step?.maxAttempts ?? 1;
  return {
    ...state,
    progress:
      attempt < maxAttempts
        ? { kind: 'waiting', stepId, attempt: attempt + 1 }
        : { kind: 'failed', stepId, reason: `${reason} (attempt ${attempt} of ${maxAttempts})` },
  };
}
