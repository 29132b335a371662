/** What the router remembers of one deployment. Plain data: the whole memory of routing is a map of these. */
export interface Health {
  /** Start of the window that successes and failures are counted in. */
  readonly windowStartMs: number;
  readonly successes: number;
  readonly failures: number;
  /** Cools down until then; 0: never has. */
  readonly coolingUntilMs: number;
  readonly cooldownReason: CooldownReason;
  /** Cooldowns in close succession, the current or last one included. */
  readonly cooldownsInARow: number;
  /** `awaited`: a cooldown began, and no answer has come since. `ramping`: one has, and traffic returns step by step. */
  readonly recovery: 'none' | 'awaited' | 'ramping';
  readonly rampStartMs: number;
  /** When the request that is to decide about recovery was sent; null: none is on its way. */
  readonly probeStartMs: number | null;
  /** Failures since the last success. Rate limits do not count: a provider that rate-limits us is healthy. */
  readonly failuresInARow: number;
  /** `refused`: the provider does not accept the key, or does not have the model. Only a person can mend that. */
  readonly credentials: 'accepted' | 'refused';
  /** A health check failed, and is believed until then; 0: none did. */
  readonly failedCheckUntilMs: number;
}

export const COOLDOWN_REASONS = ['none', 'rate-limit', 'failures', 'credentials'] as const;
export type CooldownReason = (typeof COOLDOWN_REASONS)[number];

export const UNTRIED: Health = {
  windowStartMs: 0,
  successes: 0,
  failures: 0,
  coolingUntilMs: 0,
  cooldownReason: 'none',
  cooldownsInARow: 0,
  recovery: 'none',
  rampStartMs: 0,
  probeStartMs: null,
  failuresInARow: 0,
  credentials: 'accepted',
  failedCheckUntilMs: 0,
};

export function isCoolingDown(health: Health, nowMs: number): boolean {
  return health.coolingUntilMs > nowMs;
}

/** Whether a health check that failed is still believed. */
export function hasFailedCheck(health: Health, nowMs: number): boolean {
  return health.failedCheckUntilMs > nowMs;
}

/** Whether more than half of a group is cooling down: Envoy's panic threshold, here a number that people should see. */
export function isMostlyCoolingDown(
  group: readonly { readonly id: string }[],
  health: ReadonlyMap<string, Health>,
  nowMs: number,
): boolean {
  let coolingDown = 0;
  for (const { id } of group) {
    if (isCoolingDown(health.get(id) ?? UNTRIED, nowMs)) coolingDown += 1;
  }
  return coolingDown * 2 > group.length;
}
