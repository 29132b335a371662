import { selectTokenPrice } from '../known-models';
import { selectLowest } from './select-lowest';
import type { Strategy } from './strategy';

/** LiteLLM's price of what has none, dearer than anything: a guess must never draw the traffic. */
const UNKNOWN_COST = 5 + 5;

/** LiteLLM's: the cheapest by the sum of both prices of a token; chance among equals. */
export const selectByCost: Strategy = (candidates, { random, wallMs }) =>
  selectLowest(candidates, random, (candidate) => {
    const price = selectTokenPrice(candidate, wallMs);
    return price === null ? UNKNOWN_COST : price.input + price.output;
  });
