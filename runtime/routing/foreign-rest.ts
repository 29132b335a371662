import type { Health, RestReason } from './health';
import type { CooldownContext } from './rest-rules';
import { LONGEST_REST_MS } from './rest-rules';

/** A rest that another replica has ordered, by this replica's own monotonic clock. */
export interface ForeignRest {
  readonly untilMs: number;
  readonly reason: RestReason;
}

/**
 * What another replica's rest means here: never longer than this replica would order itself, so that a wrong clock or a
 * broken replica cannot put a deployment away for good. Null: nothing.
 */
export function resolveForeignRest(
  rest: ForeignRest,
  { nowMs, deployment, router }: Omit<CooldownContext, 'groupSize'>,
): ForeignRest | null {
  if (router.cooldownsDisabled || rest.reason === 'none') return null;
  const cooldownMs = (deployment.cooldownSeconds ?? router.cooldownSeconds) * 1000;
  const longestMs =
    deployment.cooldownSeconds === null ? Math.max(cooldownMs, LONGEST_REST_MS) : cooldownMs;
  const untilMs = Math.min(rest.untilMs, nowMs + longestMs);
  return untilMs > nowMs ? { ...rest, untilMs } : null;
}

/** The one that ends last. A rate limit stays the reason, since whoever asks before its end only lengthens it. */
export function selectLongerRest(one: ForeignRest | null, other: ForeignRest): ForeignRest {
  if (one === null) return other;
  const untilMs = Math.max(one.untilMs, other.untilMs);
  const limited = one.reason === 'rate-limit' || other.reason === 'rate-limit';
  const reason = one.untilMs >= other.untilMs ? one.reason : other.reason;
  return { untilMs, reason: limited ? 'rate-limit' : reason };
}

/**
 * How routing sees a deployment that rests elsewhere. The rest itself is never written into this replica's own memory: it
 * would tell it on as its own, and the replicas would keep each other from ever ending it.
 */
export function reduceForeignRest(health: Health, rest: ForeignRest | null): Health {
  if (rest === null || rest.untilMs <= health.restUntilMs) return health;
  return { ...health, restUntilMs: rest.untilMs, restReason: rest.reason };
}

/** After a rest elsewhere, too, one request finds out before the crowd comes back. */
export function reduceForeignRestStart(health: Health, { reason }: ForeignRest): Health {
  if (health.recovery === 'awaited') return health;
  return { ...health, recovery: 'awaited', restReason: reason, probeStartMs: null };
}
