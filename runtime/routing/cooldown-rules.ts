import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import { selectBlame, selectByException } from './failure';
import type { Blame, Failure } from './failure';
import { isCoolingDown } from './health';
import type { Health, CooldownReason } from './health';

export interface CooldownContext {
  readonly nowMs: number;
  /** Deployments under the same name, this one included. */
  readonly groupSize: number;
  readonly deployment: Pick<
    DeploymentConfig,
    'allowedFails' | 'allowedFailsByException' | 'cooldownSeconds' | 'providerModel'
  >;
  readonly router: Pick<
    RouterConfig,
    | 'allowedFails'
    | 'allowedFailsByException'
    | 'cooldownGrowth'
    | 'cooldownRules'
    | 'cooldownSeconds'
    | 'cooldownsDisabled'
  >;
}

/** LiteLLM's window of the ratio rules, and what its documentation says of `allowed_fails`. */
const LEAST_WINDOW_MS = 60_000;
/** LiteLLM's `DEFAULT_ALLOWED_FAILS`: for the kinds that a policy leaves out. */
const ALLOWED_FAILS_BESIDE_POLICY = 3;
/** A refused key is fixed by people, so asking often is useless; a successful health check ends the cooldown early. */
const CREDENTIALS_COOLDOWN_MS = 300_000;
/** Envoy's cap of an ejection. */
export const LONGEST_COOLDOWN_MS = 300_000;
/** A provider's typing error, or its proxy's, must not take a deployment away for a day. */
const LONGEST_BELIEVED_MS = 60_000;
/** Each such period without a cooldown forgives one earlier cooldown. */
const FORGIVE_MS = 30_000;

/** Whose fault a failure is, of this deployment: whatever a client may name behind a wildcard need not exist. */
export function resolveBlame(failure: Failure, { deployment }: CooldownContext): Blame {
  const named = deployment.providerModel.includes('*');
  return named && isAboutModel(failure) ? 'caller' : selectBlame(failure.kind);
}

/** 410: the model is gone. */
function isAboutModel({ kind, status }: Failure): boolean {
  return kind === 'provider_not_found' || kind === 'provider_permission' || status === 410;
}

/** LiteLLM's rules in the order of their weight: what the file says of this kind of failure wins over all that follows. */
export function isCooldownDue(health: Health, failure: Failure, context: CooldownContext): boolean {
  if (context.router.cooldownsDisabled) return false;
  // The one request that was to decide has decided.
  if (health.recovery === 'awaited' && !isCoolingDown(health, context.nowMs)) return true;
  const { ofKind, ofAny } = resolveAllowedFails(failure, context);
  if (ofKind !== null) return health.failures > ofKind;
  const siblings = context.groupSize > 1;
  if (siblings && failure.kind === 'provider_rate_limit') return true;
  if (resolveBlame(failure, context) === 'deployment') return true;
  if (ofAny !== null) return health.failures > ofAny;
  const { failureShare, leastCalls, loneLeastCalls } = context.router.cooldownRules;
  const calls = health.failures + health.successes;
  if (health.successes === 0 && calls >= loneLeastCalls) return true;
  return siblings && calls >= leastCalls && health.failures / calls > failureShare;
}

/** How long the cooldown that is due lasts; 0: the deployment has none. `cooldownsInARow` includes it. */
export function planCooldownMs(
  failure: Failure,
  cooldownsInARow: number,
  context: CooldownContext,
): number {
  const { deployment, router } = context;
  if (deployment.cooldownSeconds !== null) return deployment.cooldownSeconds * 1000;
  if (failure.retryAfterMs !== null) return Math.min(failure.retryAfterMs, LONGEST_BELIEVED_MS);
  const baseMs = router.cooldownSeconds * 1000;
  // Whoever writes `cooldown_time` means that time and no other.
  if (router.cooldownGrowth === 'fixed') return baseMs;
  // A limit renews itself by the minute, however often it was hit.
  if (failure.kind === 'provider_rate_limit') return baseMs;
  if (resolveBlame(failure, context) === 'deployment') return CREDENTIALS_COOLDOWN_MS;
  return Math.max(baseMs, Math.min(LONGEST_COOLDOWN_MS, baseMs * cooldownsInARow));
}

/** The number of the cooldown that begins now, old ones forgiven. */
export function selectCooldownsInARow(health: Health, nowMs: number): number {
  // Calls that were in flight when the cooldown began belong to it.
  if (isCoolingDown(health, nowMs)) return Math.max(1, health.cooldownsInARow);
  const forgiven = Math.floor((nowMs - health.coolingUntilMs) / FORGIVE_MS);
  return Math.max(0, health.cooldownsInARow - forgiven) + 1;
}

/** A rate limit stays the reason while its cooldown lasts, whatever calls still in flight report meanwhile. */
export function resolveCooldownReason(
  health: Health,
  failure: Failure,
  context: CooldownContext,
): CooldownReason {
  if (failure.kind === 'provider_rate_limit') return 'rate-limit';
  if (isCoolingDown(health, context.nowMs) && health.cooldownReason === 'rate-limit')
    return 'rate-limit';
  return resolveBlame(failure, context) === 'deployment' ? 'credentials' : 'failures';
}

/** LiteLLM's code counts allowed failures for `cooldown_time` alone, so that a trickle of them never adds up. */
export function resolveWindowMs({ deployment, router }: CooldownContext): number {
  return Math.max(LEAST_WINDOW_MS, (deployment.cooldownSeconds ?? router.cooldownSeconds) * 1000);
}

interface AllowedFails {
  /** What a policy says of this very kind. */
  readonly ofKind: number | null;
  readonly ofAny: number | null;
}

/** The deployment's own policy replaces the router's as a whole, as LiteLLM does. Null: nothing is written. */
function resolveAllowedFails(
  failure: Failure,
  { deployment, router }: CooldownContext,
): AllowedFails {
  const own = hasEntries(deployment.allowedFailsByException);
  const policy = own ? deployment.allowedFailsByException : router.allowedFailsByException;
  const ofAny = deployment.allowedFails ?? router.allowedFails;
  return {
    ofKind: selectByException(failure.kind, policy, 'AllowedFails'),
    ofAny: ofAny ?? (hasEntries(policy) ? ALLOWED_FAILS_BESIDE_POLICY : null),
  };
}

function hasEntries(policy: Readonly<Record<string, number>>): boolean {
  for (const _ in policy) return true;
  return false;
}
