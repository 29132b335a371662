import { selectMinuteUse, UNUSED } from '../load';
import { selectLowest } from './select-lowest';
import type { Strategy } from './strategy';

/**
 * LiteLLM's, in both its versions: the fewest tokens in this minute. What is beyond `rpm` or `tpm` was left out before,
 * with each limit allowing as much as it says: LiteLLM's `rpm: N` allows N - 1, because it adds the request to come and
 * then refuses what only reaches the limit.
 */
export const selectByUsage: Strategy = (candidates, { random, loads, wallMs }) =>
  selectLowest(
    candidates,
    random,
    ({ id }) => selectMinuteUse(loads.get(id) ?? UNUSED, wallMs).tokens,
  );
