import type { Random } from '../ports';
import { drawChance } from './seeded-random';
import type { Fault } from './scenario';

/** The faults that one request meets. Elapsed time counts from the start of the simulation. */
export function selectFaults(
  faults: readonly Fault[],
  elapsedMs: number,
  random: Random,
): readonly Fault[] {
  // Every fault draws, whether it is there or not, so that its window does not move the luck of the others.
  return faults.filter((fault) => drawChance(random, fault.share) && isThere(fault, elapsedMs));
}

export function isThere(fault: Fault, elapsedMs: number): boolean {
  const { fromSeconds, toSeconds, periodSeconds } = fault;
  const seconds = elapsedMs / 1000;
  if (seconds < fromSeconds || seconds >= toSeconds) return false;
  return periodSeconds === null || (seconds - fromSeconds) % periodSeconds < periodSeconds / 2;
}

/** How far the window of a fault has passed, from 0 to 1. */
export function selectProgress(fault: Fault, elapsedMs: number): number {
  const { fromSeconds, toSeconds } = fault;
  return Math.min(1, Math.max(0, (elapsedMs / 1000 - fromSeconds) / (toSeconds - fromSeconds)));
}
