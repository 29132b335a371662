import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Failure } from './failure';

/** Who asks for longer is not waited for: its caller is better told at once. LiteLLM's bound. */
const LONGEST_RETRY_AFTER_MS = 60_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;
const JITTER_MS = 750;

export interface DelayContext {
  /** Retries made before this one, in the present group. */
  readonly earlierRetries: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly router: Pick<RouterConfig, 'retryAfterSeconds' | 'retryAfterSecondsByStatus'>;
}

/**
 * How long to leave a deployment alone before asking it again: the longest of all that was said about it. Null: for longer
 * than any call should wait.
 */
export function planRetryDelayMs(failure: Failure, context: DelayContext): number | null {
  if ((failure.retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) return null;
  const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** context.earlierRetries);
  const byStatusSeconds = context.router.retryAfterSecondsByStatus[String(failure.status)] ?? 0;
  const leastMs = Math.max(
    failure.retryAfterMs ?? backoffMs,
    context.router.retryAfterSeconds * 1000,
    byStatusSeconds * 1000,
  );
  return leastMs + JITTER_MS * context.random;
}
