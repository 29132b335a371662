import { OUTAGE_FAILURES } from './breaker';
import type { Failure } from './failure';
import type { Health } from './health';
import { isProbeFree } from './ramp';
import {
  isCooldownDue,
  planCooldownMs,
  resolveBlame,
  resolveCooldownReason,
  resolveWindowMs,
  selectCooldownsInARow,
} from './cooldown-rules';
import type { CooldownContext } from './cooldown-rules';

/** A request is sent. The first one after a cooldown, or during one, is the probe that decides about recovery. */
export function reduceProbeStart(health: Health, nowMs: number): Health {
  if (health.recovery !== 'awaited' || !isProbeFree(health, nowMs)) return health;
  return { ...health, probeStartMs: nowMs };
}

/** An answer has begun. A stream proves recovery with its first event: its end may be minutes away. */
export function reduceAnswer(health: Health, nowMs: number): Health {
  // Without a probe it is the answer to a request from before the cooldown.
  if (health.recovery !== 'awaited' || health.probeStartMs === null) return health;
  return recover(health, nowMs);
}

export function reduceSuccess(health: Health, context: CooldownContext): Health {
  const counted = openWindow(reduceAnswer(health, context.nowMs), context);
  // To replace one member costs next to nothing, to replace several a microsecond.
  if (counted.failuresInARow === 0 && counted.credentials === 'accepted') {
    return { ...counted, successes: counted.successes + 1 };
  }
  return {
    ...counted,
    successes: counted.successes + 1,
    failuresInARow: 0,
    credentials: 'accepted',
  };
}

/** Counts the failure and, when a rule says so, starts a cooldown. */
export function reduceFailure(health: Health, failure: Failure, context: CooldownContext): Health {
  const blame = resolveBlame(failure, context);
  // A caller's mistake says nothing about the deployment: one client could put it into cooldown for everyone.
  if (blame === 'caller') return reduceCancelled(health);
  const counted = count(health, failure, context);
  if (!isCooldownDue(counted, failure, context)) return reduceCancelled(counted);
  const cooldownsInARow = selectCooldownsInARow(counted, context.nowMs);
  const cooldownMs = planCooldownMs(failure, cooldownsInARow, context);
  if (cooldownMs <= 0) return reduceCancelled(counted);
  return {
    ...counted,
    // A second failure never shortens a cooldown, or a short Retry-After would end a long one early.
    coolingUntilMs: Math.max(counted.coolingUntilMs, context.nowMs + cooldownMs),
    cooldownReason: resolveCooldownReason(counted, failure, context),
    cooldownsInARow,
    recovery: 'awaited',
    probeStartMs: null,
  };
}

/** A request ended without telling anything: if it was the probe, another one may go. */
export function reduceCancelled(health: Health): Health {
  return health.probeStartMs === null ? health : { ...health, probeStartMs: null };
}

export interface CheckContext extends CooldownContext {
  /**
   * What a failed health check does. `inform`: people see it. `filter`: the deployment gets no requests while a sibling
   * is healthy. `count`: it counts like a failed request, which is LiteLLM's way where a policy of allowed failures is set.
   */
  readonly use: 'inform' | 'filter' | 'count';
  /** A result older than this says nothing any more. */
  readonly stalenessMs: number;
}

/** Takes the result of a health check; null: it passed. */
export function reduceCheck(
  health: Health,
  failure: Failure | null,
  context: CheckContext,
): Health {
  if (failure === null) return reducePassedCheck(health, context.nowMs);
  const counted = context.use === 'count' ? reduceFailure(health, failure, context) : health;
  return {
    ...counted,
    failuresInARow: Math.max(OUTAGE_FAILURES, counted.failuresInARow),
    credentials: resolveBlame(failure, context) === 'deployment' ? 'refused' : counted.credentials,
    failedCheckUntilMs:
      context.use === 'filter' ? context.nowMs + context.stalenessMs : counted.failedCheckUntilMs,
  };
}

/** A check is one small request: it proves that a key was fixed, not that an overloaded provider can take load again. */
function reducePassedCheck(health: Health, nowMs: number): Health {
  const mended = health.cooldownReason === 'credentials' && health.recovery === 'awaited';
  const recovered = mended ? recover(health, nowMs) : health;
  return { ...recovered, failuresInARow: 0, credentials: 'accepted', failedCheckUntilMs: 0 };
}

function recover(health: Health, nowMs: number): Health {
  return {
    ...health,
    windowStartMs: nowMs,
    successes: 0,
    failures: 0,
    coolingUntilMs: Math.min(health.coolingUntilMs, nowMs),
    // A provider that rate-limits us is healthy, and knows its capacity.
    recovery: health.cooldownReason === 'rate-limit' ? 'none' : 'ramping',
    rampStartMs: nowMs,
    probeStartMs: null,
  };
}

function count(health: Health, failure: Failure, context: CooldownContext): Health {
  const opened = openWindow(health, context);
  const limited = failure.kind === 'provider_rate_limit';
  const refused = resolveBlame(failure, context) === 'deployment';
  return {
    ...opened,
    failures: opened.failures + 1,
    failuresInARow: limited ? opened.failuresInARow : opened.failuresInARow + 1,
    credentials: refused ? 'refused' : opened.credentials,
  };
}

function openWindow(health: Health, context: CooldownContext): Health {
  const ageMs = context.nowMs - health.windowStartMs;
  if (health.windowStartMs !== 0 && ageMs < resolveWindowMs(context)) return health;
  return { ...health, windowStartMs: context.nowMs, successes: 0, failures: 0 };
}
