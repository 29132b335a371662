import { selectAny } from './select-lowest';
import type { Strategy } from './strategy';

/**
 * LiteLLM's default strategy: weighted by `weight`, else `rpm`, else `tpm`. A key counts when any candidate has it;
 * candidates without it then weigh nothing. (LiteLLM itself asks only the first candidate, and divides by zero when all
 * weigh nothing; here they then share evenly.)
 */
export const selectSimpleShuffle: Strategy = (candidates, { random }) => {
  for (const key of ['weight', 'rpm', 'tpm'] as const) {
    if (candidates.some((candidate) => candidate[key] !== null)) {
      const total = candidates.reduce((sum, candidate) => sum + weigh(candidate[key]), 0);
      if (total <= 0) break;
      let mark = random * total;
      for (const candidate of candidates) {
        const weight = weigh(candidate[key]);
        if (weight > 0 && mark < weight) return candidate;
        mark -= weight;
      }
      // Rounding may leave the mark a hair beyond the last weight.
      return candidates.findLast((candidate) => weigh(candidate[key]) > 0) ?? null;
    }
  }
  return selectAny(candidates, random);
};

function weigh(weight: number | null): number {
  return weight === null || !(weight > 0) ? 0 : weight;
}
