import type { Random } from '../ports';

/**
 * Mulberry32 by Tommy Ettinger: 32 bits of state, passes gjrand, and short enough to be checked by eye. Its period of
 * four billion is far more than a simulation draws.
 */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/**
 * A seed for one purpose, by MurmurHash3's finalizer: what one part draws must not move what another part draws, or a
 * strategy would also change the luck of the providers it is compared under.
 */
export function mixSeeds(...parts: readonly number[]): number {
  return parts.reduce((seed, part) => {
    let hash = (seed ^ Math.imul(part + 0x9e3779b9, 0x85ebca6b)) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }, 0x5bd1e995);
}

/** Uniform between the two. */
export function drawBetween(random: Random, least: number, most: number): number {
  return least + random.next() * (most - least);
}

/** A whole number from the first to the last, both included. */
export function drawWhole(random: Random, first: number, last: number): number {
  return first + Math.floor(random.next() * (last - first + 1));
}

export function drawOne<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random.next() * choices.length)] ?? choices[0];
}

/** True with the given probability. */
export function drawChance(random: Random, share: number): boolean {
  return random.next() < share;
}
