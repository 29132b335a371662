import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import type { UpstreamLimits } from '../ports';

/** A client that reads nothing for so long is taken for gone. */
const LONGEST_PAUSE_MS = 60_000;
/** OpenAI's own clients hang up after ten minutes: nobody is left to hear a later answer. */
const LONGEST_CALL_MS = 600_000;

export interface LimitsContext {
  readonly delivery: 'json' | 'stream';
  readonly deployment: Pick<DeploymentConfig, 'timeoutSeconds' | 'streamTimeoutSeconds'>;
  readonly router: Pick<
    RouterConfig,
    | 'timeoutSeconds'
    | 'streamTimeoutSeconds'
    | 'streamIdleTimeoutSeconds'
    | 'streamContentTimeoutSeconds'
    | 'maxStreamSeconds'
    | 'connectTimeoutSeconds'
  >;
  /** The client's own `timeout`. */
  readonly requestedTimeoutSeconds: number | null;
  /** Until the deadline of the call. */
  readonly remainingMs: number;
}

/**
 * The clocks of one attempt. LiteLLM's precedence: the request, the deployment, the router. For a stream the timeout bounds
 * the wait for the first event and, unless there is a bound for that too, each silence after it; never the stream itself.
 */
export function planLimits(context: LimitsContext): UpstreamLimits {
  const { deployment, router, requestedTimeoutSeconds } = context;
  const wholeSeconds =
    requestedTimeoutSeconds ?? deployment.timeoutSeconds ?? router.timeoutSeconds;
  const connectMs = router.connectTimeoutSeconds * 1000;
  if (context.delivery === 'json') {
    const wholeMs = Math.min(wholeSeconds * 1000, context.remainingMs);
    return {
      connectMs,
      firstByteMs: wholeMs,
      idleMs: wholeMs,
      contentMs: wholeMs,
      totalMs: wholeMs,
      pausedMs: LONGEST_PAUSE_MS,
    };
  }
  const streamSeconds =
    requestedTimeoutSeconds ??
    deployment.streamTimeoutSeconds ??
    router.streamTimeoutSeconds ??
    wholeSeconds;
  return {
    connectMs,
    firstByteMs: Math.min(streamSeconds * 1000, context.remainingMs),
    idleMs: (router.streamIdleTimeoutSeconds ?? streamSeconds) * 1000,
    contentMs: (router.streamContentTimeoutSeconds ?? wholeSeconds) * 1000,
    totalMs: router.maxStreamSeconds * 1000,
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
 * The end of a call's patience: its answer has begun, or its error is given, until then. Two bounds apply. Each attempt has
 * LiteLLM's `timeout`, or a provider that hangs could never be replaced by one that answers. The whole has what the client
 * says, else `call_timeout`, else one `timeout` for each attempt and one more for the fallbacks; the last is cut at ten
 * minutes, or at one `timeout` where that is longer. LiteLLM itself has no bound on the whole.
 */
export function planDeadlineMs(context: DeadlineContext): number {
  const { router, requestedTimeoutSeconds, nowMs } = context;
  const givenSeconds = requestedTimeoutSeconds ?? router.callTimeoutSeconds;
  if (givenSeconds !== null) return nowMs + givenSeconds * 1000;
  const fallbackAttempts =
    Object.keys(router.fallbacks).length > 0 || router.defaultFallbacks.length > 0 ? 1 : 0;
  const attempts = 1 + (context.requestedRetries ?? router.retries) + fallbackAttempts;
  const attemptMs = router.timeoutSeconds * 1000;
  return nowMs + Math.min(attemptMs * attempts, Math.max(attemptMs, LONGEST_CALL_MS));
}
