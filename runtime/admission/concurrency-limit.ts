/** How many requests this process serves at once. Plain data. */
export interface ConcurrencyLimit {
  /** Unit: requests; a fraction, so that small steps add up. */
  readonly limit: number;
  /** Samples in a row whose lag was too long. */
  readonly lateInARow: number;
}

export interface LimitSample {
  /** How long the event loop lets its work wait. Unit: milliseconds. */
  readonly lagMs: number;
  /** Most requests that were served at once since the last sample. */
  readonly inFlight: number;
}

export interface LimitBounds {
  /** Enough to make progress whatever the measure says: a noisy neighbour may slow the loop as well. */
  readonly least: number;
  readonly most: number;
}

/**
 * An idle loop lags by less than a millisecond; beyond this its clients begin to feel it, beside the second or more that
 * a model takes. Much less, and a noisy neighbour on the same machine would have us turn clients away.
 */
const TARGET_LAG_MS = 50;
/** Gradient2's bounds and smoothing: never below half in one step, and a fifth of the way to the goal. */
const LEAST_GRADIENT = 0.5;
const SMOOTHING = 0.2;
/** One late sample is a collection of garbage, or a large file being read. */
const LATE_SAMPLES = 2;
const GROWTH = 1.05;

/**
 * The gradient rule of Netflix' concurrency limits, fed with the lag of our own event loop. Never with the time a provider
 * takes: a slow model holds many requests open and costs this process nothing, so it must not lower the limit.
 */
export function reduceLimit(
  { limit, lateInARow }: ConcurrencyLimit,
  { lagMs, inFlight }: LimitSample,
  { least, most }: LimitBounds,
): ConcurrencyLimit {
  if (lagMs <= TARGET_LAG_MS) {
    // It may grow untested: what counts when it has to fall again is how much was in flight.
    return { limit: clamp(limit * GROWTH, least, most), lateInARow: 0 };
  }
  const late = lateInARow + 1;
  if (late < LATE_SAMPLES) return { limit, lateInARow: late };
  // What is in flight is what was too much; a limit far above it would take many steps to be felt.
  const felt = Math.min(limit, Math.max(inFlight, least));
  const goal = felt * Math.max(LEAST_GRADIENT, TARGET_LAG_MS / lagMs);
  return { limit: clamp(felt + SMOOTHING * (goal - felt), least, most), lateInARow: late };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
