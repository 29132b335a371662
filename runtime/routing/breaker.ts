import { isCoolingDown, hasFailedCheck } from './health';
import type { Health } from './health';
import { selectShare } from './ramp';

/** One failed call is a hiccup; so many in a row, or one failed check, is an outage that operators should see. */
export const OUTAGE_FAILURES = 3;

/** `rate-limited` stands apart from `open`: the provider is well and says itself when to come back. */
export const BREAKER_STATES = ['closed', 'open', 'rate-limited', 'half-open', 'ramping'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** What the circuit breaker of a deployment does now, for people. */
export function selectBreakerState(health: Health, nowMs: number): BreakerState {
  if (isCoolingDown(health, nowMs)) {
    return health.cooldownReason === 'rate-limit' ? 'rate-limited' : 'open';
  }
  switch (health.recovery) {
    case 'none':
      return 'closed';
    case 'awaited':
      return 'half-open';
    case 'ramping':
      return selectShare(health, nowMs) < 1 ? 'ramping' : 'closed';
  }
}

/** LiteLLM's three states of a deployment. */
export function selectDeploymentState(
  health: Health,
  nowMs: number,
): 'healthy' | 'partial-outage' | 'outage' {
  if (isCoolingDown(health, nowMs) || health.failuresInARow >= OUTAGE_FAILURES) return 'outage';
  return health.failuresInARow > 0 ? 'partial-outage' : 'healthy';
}

/** Whether somebody should look after the deployment. A rate limit is no reason: it passes by itself. */
export function selectVerdict(health: Health, nowMs: number): 'healthy' | 'unhealthy' {
  const unhealthy =
    health.credentials === 'refused' ||
    health.failuresInARow >= OUTAGE_FAILURES ||
    hasFailedCheck(health, nowMs) ||
    selectBreakerState(health, nowMs) === 'open';
  return unhealthy ? 'unhealthy' : 'healthy';
}
