/** What a token costs, by its kind. Unit: US dollars per token. */
export interface TokenRates {
  readonly input: number;
  readonly output: number;
  /** A token of the prompt that the provider had in its cache; null: like any other. */
  readonly cacheRead: number | null;
  /** A token of the prompt that the provider put into its cache; null: like any other. */
  readonly cacheWrite: number | null;
  /** The same, to be kept for an hour; null: like `cacheWrite`. */
  readonly cacheWriteHour: number | null;
  /** Null: like text. */
  readonly audioInput: number | null;
  /** Null: like text. */
  readonly audioOutput: number | null;
  /** A token that the model thought and did not say; null: like any other of the answer. */
  readonly reasoning: number | null;
}

/** What a model costs. */
export interface ModelPrice {
  readonly rates: TokenRates;
  /** Rates for longer prompts, shortest first. They hold for the whole call, not only for what is above. */
  readonly tiers: readonly PriceTier[];
  /** Unit: US dollars. */
  readonly perRequest: number;
  /** For the time from sending to the end. Unit: US dollars. */
  readonly perSecond: number;
}

export interface PriceTier {
  readonly aboveTokens: number;
  readonly rates: TokenRates;
}

/** Rates that tell nothing but text apart. */
export function createRates(input: number, output: number): TokenRates {
  return {
    input,
    output,
    cacheRead: null,
    cacheWrite: null,
    cacheWriteHour: null,
    audioInput: null,
    audioOutput: null,
    reasoning: null,
  };
}

export const FREE: ModelPrice = {
  rates: createRates(0, 0),
  tiers: [],
  perRequest: 0,
  perSecond: 0,
};
