/** What follows a change of a name at the latest, with the time that a resolver may keep the old address beside it. */
const LONGEST_MS = 25_000;
const SPREAD_MS = 10_000;
/** Multiples of it, less their whole part, are spread evenly however many there are. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/**
 * How long each connection may live, one after the other. No two that were made together end together: else every burst of
 * calls would be followed by bursts of handshakes.
 */
export function createLifePlan(): () => number {
  let made = 0;
  return () => {
    made += 1;
    return LONGEST_MS - SPREAD_MS * ((made * GOLDEN_RATIO) % 1);
  };
}
