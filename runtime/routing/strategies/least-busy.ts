import { selectLowest } from './select-lowest';
import type { Strategy } from './strategy';

/**
 * LiteLLM's: the fewest requests in flight, whatever the weights. (LiteLLM falls back to chance when the least busy
 * deployment of the group happens to be cooling down; here only those that may serve are compared.)
 */
export const selectLeastBusy: Strategy = (candidates, { random, loads }) =>
  selectLowest(candidates, random, ({ id }) => loads.get(id)?.inFlight ?? 0);
