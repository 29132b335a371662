import { UNUSED } from '../load';
import type { Load } from '../load';
import { selectPeakMs } from '../peak-ewma';
import { selectMean } from '../samples';
import { selectAny } from './select-lowest';
import type { Strategy, StrategyContext } from './strategy';

/** The mean of equal samples depends on their number in the last digit, which must not decide between equals. */
const ROUNDING = 1e-9;

/**
 * LiteLLM's: by chance among those within `lowest_latency_buffer` of the fastest; a deployment nobody measured yet comes
 * first. Time to the first token for streams, seconds per token for documents. LiteLLM divides the first by the length of
 * the other list, and by the tokens of the answer, which makes whoever answers at length look quick: here it is what it
 * says.
 */
export const selectByLatency: Strategy = (candidates, context) => {
  const measured = candidates.map((candidate) => {
    const load = context.loads.get(candidate.id) ?? UNUSED;
    return { candidate, load, mean: selectLatency(load, context) };
  });
  // One request at a time finds out: until its answer is there, the others go where the way is known.
  const unknown = measured.filter(({ mean, load }) => mean === null && load.inFlight === 0);
  if (unknown.length > 0) return selectAny(unknown.map(toCandidate), context.random);
  const best = measured.reduce((low, { mean }) => Math.min(low, mean ?? Infinity), Infinity);
  if (best === Infinity) return selectAny(candidates, context.random);
  const most = best * (1 + context.latency.buffer) * (1 + ROUNDING);
  const fast = measured.filter(({ mean }) => mean !== null && mean <= most);
  return selectAny(fast.map(toCandidate), context.random);
};

function toCandidate<T>({ candidate }: { readonly candidate: T }): T {
  return candidate;
}

function selectLatency(load: Load, context: StrategyContext): number | null {
  const { nowMs, delivery, latency } = context;
  const window = { nowMs, ttlSeconds: latency.ttlSeconds };
  const mean = selectMean(delivery === 'stream' ? load.firstTokens : load.latencies, window);
  if (mean !== null) return mean;
  // Who only ever failed is not unknown, or it would be asked first for ever.
  const average = load.answers[delivery];
  return average === null ? null : selectPeakMs(average, nowMs) / 1000;
}
