import type { ModelPrice, TokenRates } from './model-price';

/** Tokens that are priced apart. Each is part of the prompt or of the answer, and none is part of another one. */
export interface TokenKinds {
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  readonly audioPrompt: number;
  readonly audioCompletion: number;
  readonly reasoning: number;
}

/** What a call used. */
export interface PricedUse {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Null: the provider told of none, so all are text. */
  readonly kinds: TokenKinds | null;
  readonly seconds: number;
}

const MICRO_DOLLARS = 1_000_000;
/** Digits that a double holds for certain; what comes behind them is noise of the binary fraction. */
const CERTAIN_DIGITS = 15;

/**
 * What a call costs, rounded half up once, at the end: a cached token of a cheap model costs a fortieth of a millionth.
 * Null: not a sum that can be counted exactly, because a figure is negative, no number, or too large.
 *
 * Unit: millionths of a US dollar.
 */
export function priceUse(use: PricedUse, price: ModelPrice): number | null {
  const rates = selectRates(price, use.promptTokens);
  const { promptTokens, completionTokens, seconds } = use;
  const figures = [promptTokens, completionTokens, seconds, rates.input, rates.output];
  if (figures.some((figure) => !(figure >= 0))) return null;
  const tokens =
    use.kinds === null
      ? promptTokens * rates.input + completionTokens * rates.output
      : priceKinds(use, use.kinds, rates);
  const dollars = tokens + price.perRequest + price.perSecond * seconds;
  // 10 tokens at 0.00000015 dollars are 1.5 millionths, but 1.4999999999999998 in binary.
  const rounded = Math.floor(Number((dollars * MICRO_DOLLARS).toPrecision(CERTAIN_DIGITS)) + 0.5);
  return rounded >= 0 && Number.isSafeInteger(rounded) ? rounded : null;
}

export function selectRates({ rates, tiers }: ModelPrice, promptTokens: number): TokenRates {
  if (tiers.length === 0) return rates;
  return tiers.findLast(({ aboveTokens }) => promptTokens > aboveTokens)?.rates ?? rates;
}

/** Parts that add up to more than their whole are believed, and the rest is none: they are what the provider bills. */
function priceKinds(use: PricedUse, kinds: TokenKinds, rates: TokenRates): number {
  const cacheWrite = rates.cacheWrite ?? rates.input;
  const { cacheRead, cacheWriteHour, audioPrompt, audioCompletion, reasoning } = kinds;
  const plainPrompt =
    use.promptTokens - cacheRead - kinds.cacheWrite - cacheWriteHour - audioPrompt;
  const plainCompletion = use.completionTokens - audioCompletion - reasoning;
  return (
    Math.max(0, plainPrompt) * rates.input +
    cacheRead * (rates.cacheRead ?? rates.input) +
    kinds.cacheWrite * cacheWrite +
    cacheWriteHour * (rates.cacheWriteHour ?? cacheWrite) +
    audioPrompt * (rates.audioInput ?? rates.input) +
    Math.max(0, plainCompletion) * rates.output +
    audioCompletion * (rates.audioOutput ?? rates.output) +
    reasoning * (rates.reasoning ?? rates.output)
  );
}
