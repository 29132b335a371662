/** What an attempt earns that needs no place itself: extra load stays at a fifth. */
const PLACES_PER_ATTEMPT = 0.2;
/** … or one place for so long, where that is more: a trickle of requests may be tried again, too. */
const MS_PER_PLACE = 5_000;
/** What is saved up in quiet times. Enough for the retries of a few calls at once, and of no crowd. */
const SAVED_PLACES = 10;
/** How fast places beyond that are forgotten; at a steady rate, ten seconds' worth of attempts is remembered. */
const FORGET_MS = 10_000;
/** One failed attempt is a hiccup. So many in a row, whoever made them, and the deployment is known to be failing. */
const FAILING_AFTER = 3;
/** A deployment that nobody has asked for so long has a place for one: or nobody would learn that it is back. */
const UNASKED_MS = 1_000;

/**
 * How often one deployment may be asked beyond the first attempt of a call. An attempt needs a place here when
 *
 * - the same call has been here before (a retry),
 * - the call has failed elsewhere before and this deployment is known to be failing (a probe), or
 * - it runs beside another attempt (a hedge).
 *
 * Any other attempt needs none, and earns a fifth of one. So no deployment that is not known to be failing is ever out of
 * reach, and while everything fails the extra attempts are a fifth of the calls: only their very first ones earn.
 *
 * Counted in place, not as values, because every request passes here.
 */
export class RetryBudget {
  private places = SAVED_PLACES;
  /** Until then, time has been turned into places. */
  private earnedMs = 0;
  private forgottenMs = 0;
  private askedMs = -Infinity;
  private failuresInARow = 0;

  get isFailing(): boolean {
    return this.failuresInARow >= FAILING_AFTER;
  }

  /** An attempt is made that needs no place. */
  earn(nowMs: number): void {
    this.count(nowMs);
    this.places += PLACES_PER_ATTEMPT;
    // What the attempt earns, time does not earn again: the larger of both counts, not their sum.
    this.earnedMs = nowMs + PLACES_PER_ATTEMPT * MS_PER_PLACE;
    this.askedMs = nowMs;
  }

  hasPlace(nowMs: number): boolean {
    this.count(nowMs);
    return this.places >= 1 || nowMs - this.askedMs >= UNASKED_MS;
  }

  take(nowMs: number): void {
    this.count(nowMs);
    this.places = Math.max(0, this.places - 1);
    this.askedMs = nowMs;
  }

  /** The attempt that took a place was answered, so it was worth its while. */
  giveBack(): void {
    this.places += 1;
  }

  recordAnswer(): void {
    this.failuresInARow = 0;
  }

  recordFailure(): void {
    this.failuresInARow += 1;
  }

  private count(nowMs: number): void {
    if (this.places > SAVED_PLACES) {
      const kept = Math.exp((this.forgottenMs - nowMs) / FORGET_MS);
      this.places = SAVED_PLACES + (this.places - SAVED_PLACES) * kept;
    } else if (nowMs > this.earnedMs) {
      const earned = (nowMs - this.earnedMs) / MS_PER_PLACE;
      this.places = Math.min(SAVED_PLACES, this.places + earned);
    }
    this.earnedMs = Math.max(this.earnedMs, nowMs);
    this.forgottenMs = nowMs;
  }
}
