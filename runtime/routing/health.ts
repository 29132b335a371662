/** What the router remembers of one deployment. Plain data: the whole memory of routing is a map of these. */
export interface Health {
  /** Start of the window that successes and failures are counted in. */
  readonly windowStartMs: number;
  readonly successes: number;
  readonly failures: number;
  /** Rests until then; 0: never rested. */
  readonly restUntilMs: number;
  readonly restReason: RestReason;
  /** Rests that followed each other closely, the present or last one included. */
  readonly restsInARow: number;
  /** `awaited`: a rest began, and no answer has come since. `ramping`: one has, and traffic comes back step by step. */
  readonly recovery: 'none' | 'awaited' | 'ramping';
  readonly rampStartMs: number;
  /** When the request that is to decide about recovery was sent; null: none is on its way. */
  readonly probeStartMs: number | null;
  /** Failures since the last success. Rate limits are none: whoever limits is well. */
  readonly failuresInARow: number;
  /** `refused`: the provider does not accept the key, or does not have the model. Only a person can mend that. */
  readonly credentials: 'accepted' | 'refused';
  /** A health check failed, and is believed until then; 0: none did. */
  readonly unwellUntilMs: number;
}

export const REST_REASONS = ['none', 'rate-limit', 'failures', 'credentials'] as const;
export type RestReason = (typeof REST_REASONS)[number];

export const UNTRIED: Health = {
  windowStartMs: 0,
  successes: 0,
  failures: 0,
  restUntilMs: 0,
  restReason: 'none',
  restsInARow: 0,
  recovery: 'none',
  rampStartMs: 0,
  probeStartMs: null,
  failuresInARow: 0,
  credentials: 'accepted',
  unwellUntilMs: 0,
};

export function isResting(health: Health, nowMs: number): boolean {
  return health.restUntilMs > nowMs;
}

/** Whether a health check that failed is still believed. */
export function isUnwell(health: Health, nowMs: number): boolean {
  return health.unwellUntilMs > nowMs;
}

/** Whether less than half of a group is awake: Envoy's threshold of panic, here a number that people should see. */
export function isMostlyResting(
  group: readonly { readonly id: string }[],
  health: ReadonlyMap<string, Health>,
  nowMs: number,
): boolean {
  let resting = 0;
  for (const { id } of group) {
    if (isResting(health.get(id) ?? UNTRIED, nowMs)) resting += 1;
  }
  return resting * 2 > group.length;
}
