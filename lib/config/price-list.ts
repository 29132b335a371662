import { COST_FIELDS, EMPTY_PRICE_LIST } from '../prices';
import type { Costs, PriceList, PriceListEntry } from '../prices';
import { byName } from './by-name';
import type { ConfigFile } from './config-schema';
import { isMap, ownValue, type ConfigMap } from './config-tree';

/** `general_settings.price_list`: a user's own prices, in the form of LiteLLM's map of models. */
export function parsePriceList({ general_settings: general }: ConfigFile): PriceList {
  const list = Object.entries(general?.price_list ?? {});
  if (list.length === 0) return EMPTY_PRICE_LIST;
  return byName(
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

const READ_FIELDS: readonly string[] = [...COST_FIELDS, 'max_input_tokens'];

/**
 * What of LiteLLM's map of models is read: some figures of each, without the models that have none, such as those for
 * images. The whole map is a megabyte, and the configuration travels with everything that is deployed.
 */
export function selectPrices(map: ConfigMap): ConfigMap {
  const entries = Object.entries(map).flatMap(([model, entry]) => {
    if (!isMap(entry) || model === 'sample_spec') return [];
    const fields = READ_FIELDS.flatMap((field) => {
      const value = ownValue(entry, field);
      return value === undefined || value === null ? [] : [[field, value] as const];
    });
    return fields.length === 0 ? [] : [[model, Object.fromEntries(fields)] as const];
  });
  return Object.fromEntries(entries);
}
