import { COST_FIELDS, EMPTY_PRICE_LIST } from '../prices';
import type { Costs, PriceList, PriceListEntry } from '../prices';
import type { ConfigFile } from './config-schema';

/** `general_settings.price_list`: a user's own prices, in the form of LiteLLM's map of models. */
export function parsePriceList({ general_settings: general }: ConfigFile): PriceList {
  const list = Object.entries(general?.price_list ?? {});
  if (list.length === 0) return EMPTY_PRICE_LIST;
  return new Map(
    list.map(([model, entry]): [string, PriceListEntry] => [
      model,
      { costs: selectCosts(entry), maxInputTokens: entry.max_input_tokens ?? null },
    ]),
  );
}

/** What is said of prices. */
export function selectCosts(fields: Readonly<Record<string, unknown>>): Costs {
  const costs = COST_FIELDS.flatMap((field): readonly (readonly [string, number])[] => {
    const cost = fields[field];
    return typeof cost === 'number' ? [[field, cost]] : [];
  });
  return Object.fromEntries(costs);
}
