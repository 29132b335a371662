/** A description that cannot be built, and all that is said about it. */
export interface Refusal {
  readonly what: string;
  readonly create: () => unknown;
  readonly rules: readonly string[];
  /** The whole message: what it speaks of and how many problems there are, then each of them. */
  readonly says: readonly string[];
}

export const PRIMARY = { region: 'us-east-1' };
export const STANDBY = { region: 'us-west-2' };
