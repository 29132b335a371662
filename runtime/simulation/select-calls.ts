import type { Trace, TraceEvent } from './trace';

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>;

/** All that happened to one request. */
export interface CallHistory {
  readonly call: number;
  readonly arrive: Of<'arrive'>;
  readonly attempts: readonly Of<'attempt'>[];
  readonly outcomes: readonly Of<'outcome'>[];
  readonly commits: readonly Of<'commit'>[];
  readonly leave: Of<'leave'> | null;
  /** Null: it never ended. */
  readonly end: Of<'end'> | null;
  /** More than one would be a bug. */
  readonly ends: number;
  readonly events: Trace;
}

interface Growing {
  readonly arrive: Of<'arrive'>;
  readonly attempts: Of<'attempt'>[];
  readonly outcomes: Of<'outcome'>[];
  readonly commits: Of<'commit'>[];
  readonly leaves: Of<'leave'>[];
  readonly ends: Of<'end'>[];
  readonly events: TraceEvent[];
}

/** The trace, told request by request, in the order they came. */
export function selectCalls(trace: Trace): readonly CallHistory[] {
  const calls = new Map<number, Growing>();
  for (const event of trace) {
    if (event.kind === 'arrive') {
      calls.set(event.call, {
        arrive: event,
        attempts: [],
        outcomes: [],
        commits: [],
        leaves: [],
        ends: [],
        events: [],
      });
    }
    const growing = calls.get(event.call);
    if (growing !== undefined) add(growing, event);
  }
  return [...calls].map(
    ([call, { arrive, attempts, outcomes, commits, leaves, ends, events }]) => ({
      call,
      arrive,
      attempts,
      outcomes,
      commits,
      leave: leaves[0] ?? null,
      end: ends[0] ?? null,
      ends: ends.length,
      events,
    }),
  );
}

function add(growing: Growing, event: TraceEvent): void {
  growing.events.push(event);
  switch (event.kind) {
    case 'attempt':
      growing.attempts.push(event);
      break;
    case 'outcome':
      growing.outcomes.push(event);
      break;
    case 'commit':
      growing.commits.push(event);
      break;
    case 'leave':
      growing.leaves.push(event);
      break;
    case 'end':
      growing.ends.push(event);
      break;
    case 'arrive':
    case 'rest':
  }
}
