import fc from 'fast-check';
import {
  planFailback,
  planFailover,
  reduceProcedure,
  selectNextStep,
  startProcedure,
  type Procedure,
  type ProcedureEvent,
  type ProcedureState,
} from '../../../lib';
import { anActiveActive, anActivePassive } from '../multi-region';

const FAILOVER = planFailover(anActivePassive(), 'us-east-1');
const SHARED = anActiveActive({
  dataMode: 'shared-writer',
  database: { maxConnections: 2000 },
});
const PROCEDURES = [
  FAILOVER,
  planFailback(anActivePassive(), 'us-east-1'),
  planFailover(SHARED, 'us-east-1'),
  planFailback(SHARED, 'us-east-1'),
  planFailover(anActiveActive(), 'eu-west-1'),
];

const play = (state: ProcedureState, ...events: readonly ProcedureEvent[]): ProcedureState =>
  events.reduce(reduceProcedure, state);

/** Takes every step that is left, each at the first attempt. */
function finish(state: ProcedureState): ProcedureState {
  const { progress } = state;
  if (progress.kind === 'done') return state;
  const { stepId } = progress;
  return finish(
    play(
      state,
      { kind: 'resumed', stepId },
      { kind: 'started', stepId },
      { kind: 'confirmed', stepId },
    ),
  );
}

function eventsOf(procedure: Procedure): fc.Arbitrary<ProcedureEvent> {
  const ids = fc.constantFrom(...procedure.steps.map(({ id }) => id), 'unknown');
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom(
        'started' as const,
        'confirmed' as const,
        'timed-out' as const,
        'interrupted' as const,
        'resumed' as const,
      ),
      stepId: ids,
    }),
    ids.map((stepId) => ({ kind: 'failed' as const, stepId, reason: 'refused' })),
  );
}

/** Mostly what would come next, so that random stories reach their end, and anything else between. */
const stories = fc.constantFrom(...PROCEDURES).chain((procedure) => {
  const next = fc
    .constantFrom('started', 'confirmed', 'failed', 'timed-out', 'interrupted')
    .map((kind) => ({ kind }) as const);
  return fc.record({
    procedure: fc.constant(procedure),
    moves: fc.array(fc.oneof({ weight: 4, arbitrary: next }, eventsOf(procedure)), {
      maxLength: 120,
    }),
  });
});

type Move = { readonly kind: string } | ProcedureEvent;

function toEvent(state: ProcedureState, move: Move): ProcedureEvent {
  if ('stepId' in move) return move;
  const stepId = state.progress.kind === 'done' ? 'unknown' : state.progress.stepId;
  return { kind: move.kind, stepId, reason: 'refused' } as ProcedureEvent;
}

describe('reduceProcedure', () => {
  it('takes all steps in their order', () => {
    const end = finish(startProcedure(FAILOVER));

    expect(end.progress).toEqual({ kind: 'done' });
    expect(end.confirmed).toEqual(FAILOVER.steps.map(({ id }) => id));
  });

  it('tries again after a failure, and says what failed when attempts are used up', () => {
    const stepId = 'fence.us-east-1';
    const failed = { kind: 'failed', stepId, reason: 'still writable' } as const;
    const started = { kind: 'started', stepId } as const;
    const once = play(startProcedure(FAILOVER), started, failed);

    expect(once.progress).toEqual({ kind: 'waiting', stepId, attempt: 2 });
    const end = play(once, started, { kind: 'timed-out', stepId }, started, failed);
    expect(end.progress).toEqual({
      kind: 'failed',
      stepId,
      reason: 'still writable (attempt 3 of 3)',
    });
    expect(selectNextStep(end)).toBeNull();
    expect(play(end, { kind: 'resumed', stepId }).progress).toEqual({
      kind: 'waiting',
      stepId,
      attempt: 1,
    });
  });

  it('repeats the step that was running when its leader was lost', () => {
    const stepId = 'fence.us-east-1';
    const state = play(
      startProcedure(FAILOVER),
      { kind: 'started', stepId },
      { kind: 'interrupted', stepId },
    );

    expect(state.progress).toEqual({ kind: 'waiting', stepId, attempt: 1 });
  });

  it('takes no word for a step that does not run, nor starts one out of turn', () => {
    const state = startProcedure(FAILOVER);

    expect(play(state, { kind: 'confirmed', stepId: 'fence.us-east-1' })).toBe(state);
    expect(play(state, { kind: 'started', stepId: 'promote.us-west-2' })).toBe(state);
    expect(play(state, { kind: 'failed', stepId: 'fence.us-east-1', reason: 'late' })).toBe(state);
  });

  it.each(PROCEDURES.flatMap((procedure) => procedure.steps.map(({ id }) => [procedure, id])))(
    'resumes from each step that fails (%#)',
    (procedure, broken) => {
      const { steps } = procedure as Procedure;
      const before = steps.slice(
        0,
        steps.findIndex(({ id }) => id === broken),
      );
      const reached = before.reduce(
        (state, { id }) =>
          play(state, { kind: 'started', stepId: id }, { kind: 'confirmed', stepId: id }),
        startProcedure(procedure as Procedure),
      );
      const stepId = broken as string;
      const attempts = Array.from({ length: 3 }, (): readonly ProcedureEvent[] => [
        { kind: 'started', stepId },
        { kind: 'failed', stepId, reason: 'refused' },
      ]).flat();
      const failed = play(reached, ...attempts);

      expect(failed.progress).toEqual({
        kind: 'failed',
        stepId,
        reason: 'refused (attempt 3 of 3)',
      });
      expect(finish(failed).confirmed).toEqual(steps.map(({ id }) => id));
    },
  );

  it('never promotes before the fence nor shifts before the verification, whatever happens', () => {
    fc.assert(
      fc.property(stories, ({ procedure, moves }) => {
        const required = new Map(procedure.steps.map((step) => [step.id, step]));
        let state = startProcedure(procedure);
        for (const move of moves) {
          state = reduceProcedure(state, toEvent(state, move));
          if (state.progress.kind !== 'running') continue;
          const step = required.get(state.progress.stepId);
          const phasesBefore = (phase: string) =>
            procedure.steps.filter((other) => other.phase === phase).map(({ id }) => id);
          if (step?.action.kind === 'promote-database') {
            expect(state.confirmed).toEqual(expect.arrayContaining(phasesBefore('fence')));
          }
          if (step?.action.kind === 'set-region-switch') {
            expect(state.confirmed).toEqual(expect.arrayContaining(phasesBefore('verify')));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('confirms no step twice, survives being written down, and can always be brought to its end', () => {
    fc.assert(
      fc.property(stories, ({ procedure, moves }) => {
        const reached = moves.reduce(
          (state, move) => reduceProcedure(state, toEvent(state, move)),
          startProcedure(procedure),
        );
        const read = JSON.parse(JSON.stringify(reached)) as ProcedureState;

        expect(new Set(reached.confirmed).size).toBe(reached.confirmed.length);
        expect(finish(read).progress).toEqual({ kind: 'done' });
        expect(finish(read).confirmed).toEqual(procedure.steps.map(({ id }) => id));
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing when an event comes twice', () => {
    fc.assert(
      fc.property(stories, ({ procedure, moves }) => {
        let state = startProcedure(procedure);
        for (const move of moves) {
          const event = toEvent(state, move);
          const after = reduceProcedure(state, event);
          if (event.kind === 'confirmed') expect(reduceProcedure(after, event)).toBe(after);
          state = after;
        }
      }),
    );
  });

  it('rejects to start a step that stands before what it requires, and names both', () => {
    const [fence, scale, ...rest] = FAILOVER.steps;
    if (fence === undefined || scale === undefined) throw new Error('a failover has steps');
    const shuffled = { ...FAILOVER, steps: [scale, fence, ...rest] };

    expect(startProcedure(shuffled).progress).toEqual({
      kind: 'failed',
      stepId: 'scale.us-west-2',
      reason: 'stands before what it requires: fence.us-east-1',
    });
  });
});
