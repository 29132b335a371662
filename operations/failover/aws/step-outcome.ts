/** A rehearsal changes nothing: of steps that change it looks at what they would find. */
export type StepMode = 'real' | 'rehearsal';

/** `waiting`: begun, and to be looked at again. */
export interface StepOutcome {
  readonly status: 'done' | 'waiting';
  /** What was found, for the report. Free of secrets. */
  readonly detail: string;
}

export function done(detail: string): StepOutcome {
  return { status: 'done', detail };
}

export function waiting(detail: string): StepOutcome {
  return { status: 'waiting', detail };
}
