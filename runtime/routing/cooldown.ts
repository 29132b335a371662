import type { RouterConfig } from '../../lib/config/gateway-config';
import { selectBlame } from './failure';
import type { Failure } from './failure';

/** What the router remembers of one deployment. Plain data: the whole memory of routing is a map of these. */
export interface Health {
  /** Start of the window that successes and failures are counted in. */
  readonly windowStartMs: number;
  readonly successes: number;
  readonly failures: number;
  /** Rests until then; 0: never rested. */
  readonly restUntilMs: number;
  readonly restReason: RestReason;
  /** Failures since the last success. */
  readonly failuresInARow: number;
}

export type RestReason = 'none' | 'rate-limit' | 'failures';

export const UNTRIED: Health = {
  windowStartMs: 0,
  successes: 0,
  failures: 0,
  restUntilMs: 0,
  restReason: 'none',
  failuresInARow: 0,
};

/** LiteLLM's window of the ratio rules. */
const RATIO_WINDOW_MS = 60_000;
const RATIO_LEAST_CALLS = 5;
const RATIO_LIMIT = 0.5;
/** LiteLLM rests even a lone deployment that failed this often without one success. */
const LONE_LEAST_CALLS = 1000;

/** One failed call is a hiccup; so many in a row, or one failed probe, is an outage that operators should see. */
export const OUTAGE_FAILURES = 3;

export interface CooldownContext {
  readonly nowMs: number;
  /** Deployments under the same name, this one included. */
  readonly groupSize: number;
  /** The deployment's own `cooldown_time`. */
  readonly deploymentCooldownSeconds: number | null;
  readonly router: Pick<RouterConfig, 'allowedFails' | 'cooldownSeconds' | 'cooldownsDisabled'>;
}

export function reduceSuccess(health: Health, context: CooldownContext): Health {
  const counted = openWindow(health, context);
  return { ...counted, successes: counted.successes + 1, failuresInARow: 0 };
}

/** Counts the failure and, when a rule says so, puts the deployment to rest. */
export function reduceFailure(health: Health, failure: Failure, context: CooldownContext): Health {
  // A caller's mistake says nothing about the deployment: otherwise one client could rest it for all.
  if (selectBlame(failure.kind) === 'caller') return health;
  const opened = openWindow(health, context);
  const counted: Health = {
    ...opened,
    failures: opened.failures + 1,
    failuresInARow: opened.failuresInARow + 1,
  };
  if (context.router.cooldownsDisabled || !isRestDue(counted, failure, context)) return counted;
  const restMs = resolveRestMs(failure, context);
  if (restMs <= 0) return counted;
  return {
    ...counted,
    // A second failure never shortens a rest, or a short Retry-After would end a long one early.
    restUntilMs: Math.max(counted.restUntilMs, context.nowMs + restMs),
    restReason: resolveRestReason(counted, failure, context),
  };
}

/** A probe informs people and alerts; only real calls put a deployment to rest. */
export function reduceProbe(health: Health, result: 'success' | 'failure'): Health {
  const failuresInARow =
    result === 'success' ? 0 : Math.max(OUTAGE_FAILURES, health.failuresInARow);
  return { ...health, failuresInARow };
}

/** LiteLLM's three states of a deployment. */
export function selectDeploymentState(
  health: Health,
  nowMs: number,
): 'healthy' | 'partial-outage' | 'outage' {
  if (isResting(health, nowMs) || health.failuresInARow >= OUTAGE_FAILURES) return 'outage';
  return health.failuresInARow > 0 ? 'partial-outage' : 'healthy';
}

export function isResting(health: Health, nowMs: number): boolean {
  return health.restUntilMs > nowMs;
}

function isRestDue(health: Health, failure: Failure, context: CooldownContext): boolean {
  const { allowedFails } = context.router;
  const siblings = context.groupSize > 1;
  if (siblings && failure.kind === 'provider_rate_limit') return true;
  if (siblings && selectBlame(failure.kind) === 'deployment') return true;
  if (allowedFails !== null) return health.failures > allowedFails;
  const calls = health.failures + health.successes;
  if (health.successes === 0 && calls >= LONE_LEAST_CALLS) return true;
  return siblings && calls >= RATIO_LEAST_CALLS && health.failures / calls > RATIO_LIMIT;
}

/** A rate limit stays the reason while its rest lasts, whatever else calls still in flight report meanwhile. */
function resolveRestReason(health: Health, failure: Failure, context: CooldownContext): RestReason {
  if (failure.kind === 'provider_rate_limit') return 'rate-limit';
  return isResting(health, context.nowMs) ? health.restReason : 'failures';
}

function resolveRestMs(failure: Failure, context: CooldownContext): number {
  const ownMs = context.deploymentCooldownSeconds;
  if (ownMs !== null) return ownMs * 1000;
  return failure.retryAfterMs ?? context.router.cooldownSeconds * 1000;
}

/** With an explicit `allowed_fails` the window is the cooldown time, as in LiteLLM; else the ratio window. */
function openWindow(health: Health, context: CooldownContext): Health {
  const windowMs =
    context.router.allowedFails === null ? RATIO_WINDOW_MS : context.router.cooldownSeconds * 1000;
  if (health.windowStartMs !== 0 && context.nowMs - health.windowStartMs < windowMs) return health;
  return { ...health, windowStartMs: context.nowMs, successes: 0, failures: 0 };
}
