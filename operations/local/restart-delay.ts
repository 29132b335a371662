const FIRST_MS = 200;
const LONGEST_MS = 5000;

/** Twice as long after each crash in a row, so that a process that cannot start does not keep a core busy. */
export function planRestartDelayMs(crashesBefore: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(crashesBefore, 10), LONGEST_MS);
}
