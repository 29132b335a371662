import type { Load } from './scenario';
import { createSeededRandom, drawBetween, drawChance, mixSeeds } from './seeded-random';

/** One request to come. */
export interface Arrival {
  readonly call: number;
  /** After the start. */
  readonly atMs: number;
  readonly model: string;
  readonly delivery: 'json' | 'stream';
  /** The client leaves so long after it came; null: it stays. */
  readonly leavesAfterMs: number | null;
}

/** All requests of a simulation, drawn before it begins: whoever waits for answers does not ask less. */
export function planLoad(load: Load, models: readonly string[], seed: number): readonly Arrival[] {
  const gapMs = 1000 / load.requestsPerSecond;
  const weights = resolveWeights(load, models);
  const arrivals: Arrival[] = [];
  let atMs = 0;
  for (let call = 1; ; call += 1) {
    const random = createSeededRandom(mixSeeds(seed, call));
    atMs += load.arrivals === 'poisson' ? -Math.log(1 - random.next()) * gapMs : gapMs;
    if (atMs > load.durationSeconds * 1000) return arrivals;
    arrivals.push({
      call,
      atMs: Math.round(atMs * 1000) / 1000,
      model: selectWeighted(weights, random.next()),
      delivery: drawChance(random, load.streamShare) ? 'stream' : 'json',
      leavesAfterMs: drawChance(random, load.abandonShare)
        ? Math.round(drawBetween(random, 0, load.abandonWithinSeconds * 1000))
        : null,
    });
  }
}

type Weights = readonly (readonly [model: string, weight: number])[];

function resolveWeights(load: Load, models: readonly string[]): Weights {
  return load.models === null ? models.map((model) => [model, 1]) : Object.entries(load.models);
}

function selectWeighted(weights: Weights, random: number): string {
  let mark = random * weights.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [model, weight] of weights) {
    if (mark < weight) return model;
    mark -= weight;
  }
  return weights.at(-1)?.[0] ?? '';
}
