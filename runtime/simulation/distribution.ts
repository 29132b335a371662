import type { Random } from '../ports';

/** How a quantity is spread. Providers' latencies are close to lognormal: most are quick and a few take very long. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly p99: number };

/** Standard deviations between the median and the 99th percentile. */
const P99_DEVIATIONS = 2.3263478740408408;

/** A value of at least zero. */
export function drawFrom(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'normal':
      return Math.max(0, distribution.mean + distribution.deviation * drawNormal(random));
    case 'lognormal': {
      const { median, p99 } = distribution;
      if (median <= 0) return 0;
      const spread = Math.log(p99 / median) / P99_DEVIATIONS;
      return median * Math.exp(spread * drawNormal(random));
    }
  }
}

/** Box–Muller. */
function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
