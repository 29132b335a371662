import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import type { UpstreamLimits } from '../ports';

/** A stream may outlast every timeout while it keeps talking, but not for ever. */
const LONGEST_STREAM_MS = 3_600_000;
/** A client that reads nothing for so long is taken for gone. */
const LONGEST_PAUSE_MS = 60_000;

export interface LimitsContext {
  readonly delivery: 'json' | 'stream';
  readonly deployment: Pick<DeploymentConfig, 'timeoutSeconds' | 'streamTimeoutSeconds'>;
  readonly router: Pick<RouterConfig, 'timeoutSeconds' | 'streamTimeoutSeconds'>;
  /** The client's own `timeout`. */
  readonly requestedTimeoutSeconds: number | null;
  /** Until the deadline of the call. */
  readonly remainingMs: number;
}

/**
 * LiteLLM's precedence: the request, the deployment, the router. For a stream the timeout bounds the wait for the first
 * event and each silence after it, not the stream.
 */
export function planLimits(context: LimitsContext): UpstreamLimits {
  const { deployment, router, requestedTimeoutSeconds } = context;
  const wholeSeconds =
    requestedTimeoutSeconds ?? deployment.timeoutSeconds ?? router.timeoutSeconds;
  if (context.delivery === 'json') {
    const wholeMs = Math.min(wholeSeconds * 1000, context.remainingMs);
    return { firstByteMs: wholeMs, idleMs: wholeMs, totalMs: wholeMs, pausedMs: LONGEST_PAUSE_MS };
  }
  const streamSeconds =
    requestedTimeoutSeconds ??
    deployment.streamTimeoutSeconds ??
    router.streamTimeoutSeconds ??
    wholeSeconds;
  return {
    firstByteMs: Math.min(streamSeconds * 1000, context.remainingMs),
    idleMs: streamSeconds * 1000,
    totalMs: LONGEST_STREAM_MS,
    pausedMs: LONGEST_PAUSE_MS,
  };
}

export interface DeadlineContext {
  readonly nowMs: number;
  /** The client's own `timeout`: it will not listen longer. */
  readonly requestedTimeoutSeconds: number | null;
  readonly requestedRetries: number | null;
  readonly router: RouterConfig;
}

/**
 * The end of a call's patience. As in LiteLLM `timeout` bounds each attempt, or a provider that hangs could never be
 * replaced by one that answers; the whole is bounded by one such time for each retry, and one more for the fallbacks.
 */
export function planDeadlineMs(context: DeadlineContext): number {
  const { router, requestedTimeoutSeconds } = context;
  if (requestedTimeoutSeconds !== null) return context.nowMs + requestedTimeoutSeconds * 1000;
  const fallbackAttempts =
    Object.keys(router.fallbacks).length > 0 || router.defaultFallbacks.length > 0 ? 1 : 0;
  const attempts = 1 + (context.requestedRetries ?? router.retries) + fallbackAttempts;
  return context.nowMs + router.timeoutSeconds * 1000 * attempts;
}
