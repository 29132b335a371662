import { isCoolingDown } from './health';
import type { Health } from './health';

/** Long enough for a provider's caches and autoscaling to follow, short enough to be back to normal within a minute. */
const RAMP_MS = 30_000;
/** Envoy's floor of a slow start: less would prove nothing. */
const RAMP_FLOOR = 0.1;
/** A probe that says nothing for so long is taken for lost, as with a replica that died, and another one may go. */
const PROBE_LOST_MS = 60_000;

/** Whether a request may go out to find out if a deployment has recovered: one at a time. */
export function isProbeFree(health: Health, nowMs: number): boolean {
  return health.probeStartMs === null || nowMs - health.probeStartMs >= PROBE_LOST_MS;
}

/**
 * How much of its fair share of requests a deployment may have, from 0 to 1. Nothing during a cooldown; then one request at
 * a time; after the first answer a tenth, growing to all of it, because a crowd that comes back at once takes a provider
 * that has just recovered down again.
 */
export function selectShare(health: Health, nowMs: number): number {
  if (isCoolingDown(health, nowMs)) return 0;
  switch (health.recovery) {
    case 'none':
      return 1;
    case 'awaited':
      return isProbeFree(health, nowMs) ? 1 : 0;
    case 'ramping':
      return Math.min(1, Math.max(RAMP_FLOOR, (nowMs - health.rampStartMs) / RAMP_MS));
  }
}
