import { selectLowest } from './select-lowest';
import type { Strategy } from './strategy';

/** The guide's, which is nginx's `least_conn`: the fewest requests in flight for its weight; no weight is one. */
export const selectLeastConnections: Strategy = (candidates, { random, loads }) =>
  selectLowest(candidates, random, ({ id, weight }) => {
    const inFlight = loads.get(id)?.inFlight ?? 0;
    const share = weight ?? 1;
    // Every idle deployment is as good as the other; without a weight none is wanted.
    return share > 0 ? inFlight / share : Infinity;
  });
