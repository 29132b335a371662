import type { Memory } from '../../runtime/ports';

/** For tests in which nothing runs out of memory. */
export const ENDLESS_MEMORY: Memory = {
  take: () => undefined,
  give: () => undefined,
  hold: () => 'held',
  release: () => undefined,
};
