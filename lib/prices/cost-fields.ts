import type { ModelPrice, PriceTier, TokenRates } from './model-price';

/** Lengths of a prompt at which LiteLLM's fields know another price. Unit: thousands of tokens. */
const TIERS = [128, 200, 256, 272, 512] as const;

const TIERED = [
  'input_cost_per_token',
  'output_cost_per_token',
  'cache_read_input_token_cost',
  'cache_creation_input_token_cost',
] as const;

/** LiteLLM's fields that say what a call costs, of `litellm_params`, of `model_info` and of its map of models. */
export const COST_FIELDS: readonly string[] = [
  ...TIERED,
  'cache_creation_input_token_cost_above_1hr',
  'input_cost_per_audio_token',
  'output_cost_per_audio_token',
  'output_cost_per_reasoning_token',
  'input_cost_per_second',
  'output_cost_per_second',
  'input_cost_per_request',
  ...TIERS.flatMap((tier) => TIERED.map((field) => nameTier(field, tier))),
];

/** By field; what is not there costs nothing, or like something else. Unit: US dollars. */
export type Costs = Readonly<Record<string, number>>;

/** Null: nothing is said of what a call costs. */
export function parseCosts(costs: Costs): ModelPrice | null {
  if (!COST_FIELDS.some((field) => costs[field] !== undefined)) return null;
  const tiers = TIERS.flatMap((tier): readonly PriceTier[] => {
    if (!TIERED.some((field) => costs[nameTier(field, tier)] !== undefined)) return [];
    // A tier that leaves a price out keeps that of shorter prompts.
    const own = TIERED.map(
      (field) => [field, costs[nameTier(field, tier)] ?? costs[field]] as const,
    );
    const known = own.filter(
      (entry): entry is [(typeof entry)[0], number] => entry[1] !== undefined,
    );
    return [
      { aboveTokens: tier * 1000, rates: parseRates({ ...costs, ...Object.fromEntries(known) }) },
    ];
  });
  return {
    rates: parseRates(costs),
    tiers,
    perRequest: costs.input_cost_per_request ?? 0,
    perSecond: (costs.input_cost_per_second ?? 0) + (costs.output_cost_per_second ?? 0),
  };
}

function parseRates(costs: Costs): TokenRates {
  return {
    input: costs.input_cost_per_token ?? 0,
    output: costs.output_cost_per_token ?? 0,
    cacheRead: costs.cache_read_input_token_cost ?? null,
    cacheWrite: costs.cache_creation_input_token_cost ?? null,
    cacheWriteHour: costs.cache_creation_input_token_cost_above_1hr ?? null,
    audioInput: costs.input_cost_per_audio_token ?? null,
    audioOutput: costs.output_cost_per_audio_token ?? null,
    reasoning: costs.output_cost_per_reasoning_token ?? null,
  };
}

function nameTier(field: string, tier: number): string {
  return `${field}_above_${tier}k_tokens`;
}
