import type { Problem } from '../../../lib';

/** A value, or the reasons why there is none. */
export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly Problem[] };

/** A value that keeps every rule. */
export function accept<T>(value: T): Checked<T> {
  return { value, problems: [] };
}

/** A value that breaks a rule. */
export function refuse(problem: Problem): {
  readonly value: null;
  readonly problems: readonly Problem[];
} {
  return { value: null, problems: [problem] };
}
