import type { Clock } from '../ports';

/** What reading credentials takes from outside. */
export interface CredentialContext {
  readonly clock: Clock;
  /** A variable of the environment; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
}
