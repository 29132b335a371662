import type { Health, CooldownReason } from './health';
import type { CooldownContext } from './cooldown-rules';
import { LONGEST_COOLDOWN_MS } from './cooldown-rules';

/** A cooldown started by another replica, by this replica's own monotonic clock. */
export interface ForeignCooldown {
  readonly untilMs: number;
  readonly reason: CooldownReason;
}

/**
 * What another replica's cooldown means here: never longer than this replica would impose itself, so that a wrong clock or a
 * broken replica cannot put a deployment away for good. Null: nothing.
 */
export function resolveForeignCooldown(
  rest: ForeignCooldown,
  { nowMs, deployment, router }: Omit<CooldownContext, 'groupSize'>,
): ForeignCooldown | null {
  if (router.cooldownsDisabled || rest.reason === 'none') return null;
  const cooldownMs = (deployment.cooldownSeconds ?? router.cooldownSeconds) * 1000;
  const longestMs =
    deployment.cooldownSeconds === null ? Math.max(cooldownMs, LONGEST_COOLDOWN_MS) : cooldownMs;
  const untilMs = Math.min(rest.untilMs, nowMs + longestMs);
  return untilMs > nowMs ? { ...rest, untilMs } : null;
}

/** The one that ends last. A rate limit stays the reason, since whoever asks before its end only lengthens it. */
export function selectLongerCooldown(
  one: ForeignCooldown | null,
  other: ForeignCooldown,
): ForeignCooldown {
  if (one === null) return other;
  const untilMs = Math.max(one.untilMs, other.untilMs);
  const limited = one.reason === 'rate-limit' || other.reason === 'rate-limit';
  const reason = one.untilMs >= other.untilMs ? one.reason : other.reason;
  return { untilMs, reason: limited ? 'rate-limit' : reason };
}

/**
 * How routing sees a deployment that cools down elsewhere. That is never written into this replica's own memory: it
 * would tell it on as its own, and the replicas would keep each other from ever ending it.
 */
export function reduceForeignCooldown(health: Health, rest: ForeignCooldown | null): Health {
  if (rest === null || rest.untilMs <= health.coolingUntilMs) return health;
  return { ...health, coolingUntilMs: rest.untilMs, cooldownReason: rest.reason };
}

/** After a cooldown elsewhere, too, a single request probes before traffic returns. */
export function reduceForeignCooldownStart(health: Health, { reason }: ForeignCooldown): Health {
  if (health.recovery === 'awaited') return health;
  return { ...health, recovery: 'awaited', cooldownReason: reason, probeStartMs: null };
}
