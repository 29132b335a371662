import type * as GenaiPrices from '@pydantic/genai-prices';
import type { ModelPrice, PriceTier, TokenRates } from './model-price';

/** A model of the list. */
export interface ListedModel {
  /** Null: the list says nothing. Unit: tokens. */
  readonly contextTokens: number | null;
  /** By when they hold; the last that does counts. At least one of them always does. */
  readonly prices: readonly TimedPrice[];
}

interface TimedPrice {
  readonly holds: (wallMs: number) => boolean;
  readonly price: ModelPrice;
}

type Rate = number | GenaiPrices.TieredPrices | undefined;

const MILLION = 1_000_000;
const DAY_MS = 86_400_000;

/**
 * The list of public prices that the package `@pydantic/genai-prices` carries. It is never brought up to date over the
 * network: a price changes with a release of ours, where a test and a person see it.
 */
let list: typeof GenaiPrices | null = null;

/** On first use: reading it takes about 30 ms, which a program that only describes a gateway should not pay. */
function readList(): typeof GenaiPrices {
  // eslint-disable-next-line no-restricted-globals -- the only import that waits for its first use without a promise
  list ??= require('@pydantic/genai-prices') as typeof GenaiPrices;
  return list;
}

/** Null: the list does not have it. */
export function findListedModel(provider: string, model: string): ListedModel | null {
  // Of the call itself nothing is priced here: what is wanted is the entry, which it finds by the list's own rules.
  const found = readList().calcPrice({ input_tokens: 0, output_tokens: 0 }, model, {
    providerId: provider,
  });
  if (found === null) return null;
  const { context_window: contextTokens = null, prices } = found.model;
  return {
    contextTokens,
    prices: Array.isArray(prices) ? prices.map(parseTimed) : [parseAlways(prices)],
  };
}

/** The provider whose address it is; null: none of the list's. */
export function findListedProvider(apiBase: string): string | null {
  return readList().findProvider({ providerApiUrl: apiBase })?.id ?? null;
}

/** The most that any model of the provider costs, each kind of token by itself; null: the list does not have the provider. */
export function findDearestPrice(providerId: string): ModelPrice | null {
  const provider = readList().findProvider({ providerId });
  // Names are also matched by parts; a provider that only sounds alike has other prices.
  if (provider === undefined || provider.id !== providerId) return null;
  const prices = provider.models.flatMap(({ prices: own }) =>
    (Array.isArray(own) ? own.map(parseTimed) : [parseAlways(own)]).map(({ price }) => price),
  );
  const rates = prices.flatMap((price) => [price.rates, ...price.tiers.map((tier) => tier.rates)]);
  const most = (select: (rate: TokenRates) => number | null): number =>
    Math.max(0, ...rates.map((rate) => select(rate) ?? 0));
  const input = most((rate) => rate.input);
  const output = most((rate) => rate.output);
  return {
    rates: {
      input,
      output,
      cacheRead: input,
      cacheWrite: Math.max(
        input,
        most((rate) => rate.cacheWrite),
      ),
      cacheWriteHour: Math.max(
        input,
        most((rate) => rate.cacheWriteHour),
      ),
      audioInput: Math.max(
        input,
        most((rate) => rate.audioInput),
      ),
      audioOutput: Math.max(
        output,
        most((rate) => rate.audioOutput),
      ),
      reasoning: Math.max(
        output,
        most((rate) => rate.reasoning),
      ),
    },
    tiers: [],
    perRequest: Math.max(0, ...prices.map(({ perRequest }) => perRequest)),
    perSecond: 0,
  };
}

export function selectListedPrice({ prices }: ListedModel, wallMs: number): ModelPrice | null {
  return (prices.findLast(({ holds }) => holds(wallMs)) ?? prices[0])?.price ?? null;
}

function parseAlways(prices: GenaiPrices.ModelPrice): TimedPrice {
  return { holds: () => true, price: parsePrice(prices) };
}

function parseTimed({ constraint, prices }: GenaiPrices.ConditionalPrice): TimedPrice {
  const price = parsePrice(prices);
  if (constraint === undefined) return { holds: () => true, price };
  if (constraint.type === 'start_date') {
    const startMs = parseDayMs(constraint.start_date);
    return { holds: (wallMs) => wallMs >= startMs, price };
  }
  const start = parseTimeMs(constraint.start_time);
  const end = parseTimeMs(constraint.end_time);
  return {
    holds: (wallMs) => {
      const time = ((wallMs % DAY_MS) + DAY_MS) % DAY_MS;
      return start <= end ? time >= start && time < end : time >= start || time < end;
    },
    price,
  };
}

function parsePrice(prices: GenaiPrices.ModelPrice): ModelPrice {
  const starts = Object.values(prices).flatMap((rate) =>
    typeof rate === 'object' ? rate.tiers.map(({ start }) => start) : [],
  );
  const tiers = [...new Set(starts)]
    .sort((one, other) => one - other)
    .map((start): PriceTier => ({ aboveTokens: start, rates: parseRates(prices, start + 1) }));
  return {
    rates: parseRates(prices, 0),
    tiers,
    perRequest: selectRate(prices.requests_kcount, 0) / 1000,
    perSecond: 0,
  };
}

function parseRates(prices: GenaiPrices.ModelPrice, promptTokens: number): TokenRates {
  const perToken = (rate: Rate): number => selectRate(rate, promptTokens) / MILLION;
  const optional = (rate: Rate): number | null => (rate === undefined ? null : perToken(rate));
  return {
    input: perToken(prices.input_mtok),
    output: perToken(prices.output_mtok),
    cacheRead: optional(prices.cache_read_mtok),
    cacheWrite: optional(prices.cache_write_mtok),
    cacheWriteHour: optional(prices.cache_write_1h_mtok),
    audioInput: optional(prices.input_audio_mtok),
    audioOutput: optional(prices.output_audio_mtok),
    reasoning: optional(prices.output_reasoning_mtok),
  };
}

function selectRate(rate: Rate, promptTokens: number): number {
  if (rate === undefined || typeof rate === 'number') return rate ?? 0;
  return rate.tiers.findLast(({ start }) => promptTokens > start)?.price ?? rate.base;
}

/** Of `2026-08-17`, in UTC. Days before the month are counted in years that begin with March, so that leap days come last. */
function parseDayMs(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const shifted = month < 3 ? year - 1 : year;
  const yearDays = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return (shifted * 365 + leapDays + yearDays - DAYS_TO_1970) * DAY_MS;
}

const DAYS_TO_1970 = 719_468;

/** Of `16:30:00Z`: since midnight. */
function parseTimeMs(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.replace('Z', '').split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
