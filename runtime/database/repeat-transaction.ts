import type { Clock, Random } from '../ports';
import { classifySqlFailure } from './sql-failure';

const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 20;

/** Runs it again after a deadlock or a serialization failure, with a growing wait drawn at random. */
export async function repeatTransaction<Result>(
  run: () => Promise<Result>,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || classifySqlFailure(error) !== 'repeatable') throw error;
    }
    // At least half of the wait, so that two that collided do not meet again at once.
    const waitMs = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + ports.random.next() / 2);
    await new Promise<void>((resolve) => void ports.clock.after(waitMs, resolve));
  }
}
