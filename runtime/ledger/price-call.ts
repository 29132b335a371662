import type { Tokens } from '../routing/load';
import type { TokenPrice } from '../routing/known-models';

const MICRO_DOLLARS = 1_000_000;
/** Digits that a double holds for certain; what comes behind them is noise of the binary fraction. */
const CERTAIN_DIGITS = 15;

/**
 * What the tokens of one call cost, rounded half up. Null: not a sum that can be counted exactly, because a figure is
 * negative, no number, or too large.
 *
 * Unit: millionths of a US dollar.
 */
export function priceCall(tokens: Tokens, price: TokenPrice): number | null {
  const dollars = tokens.prompt * price.input + tokens.completion * price.output;
  // 10 tokens at 0.00000015 dollars are 1.5 millionths, but 1.4999999999999998 in binary.
  const rounded = Math.floor(Number((dollars * MICRO_DOLLARS).toPrecision(CERTAIN_DIGITS)) + 0.5);
  const figures = [tokens.prompt, tokens.completion, price.input, price.output];
  if (figures.some((figure) => !(figure >= 0)) || !Number.isSafeInteger(rounded)) return null;
  return rounded;
}
