import type { Failure } from './failure';

/** Silence for so long is a provider's own, however little its client wanted to wait. */
const TELLING_SILENCE_MS = 3_000;
/** Timers end a little before or after their time. */
const TIMER_SLACK_MS = 20;

export interface Wait {
  /** How long the deployment had. */
  readonly waitedMs: number;
  /** How long the configuration would have given it. */
  readonly configuredMs: number;
}

/**
 * Whether a timeout is the client's doing: it asked for less time than an answer takes, or came with little left of it.
 * Held against the deployment, one client with a timeout of a millisecond could put it into cooldown for everyone.
 */
export function isImpatience(failure: Failure, { waitedMs, configuredMs }: Wait): boolean {
  if (failure.kind !== 'provider_timeout') return false;
  return waitedMs + TIMER_SLACK_MS < Math.min(configuredMs, TELLING_SILENCE_MS);
}
