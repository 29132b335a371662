import { createFolder } from '../../render/program';

export const createDrillFolder = (name: string): string => createFolder(`drill-${name}`);

/** Unit: US dollars per token; round numbers, so that a sum can be checked by eye. */
export const PRICES = { input: 0.000_01, output: 0.000_1 } as const;

/** One deployment behind one name. `more` is YAML. */
export function renderConfig(providerUrl: string, more = ''): string {
  return `model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_base: ${providerUrl}
      api_key: sk-provider
      input_cost_per_token: ${PRICES.input}
      output_cost_per_token: ${PRICES.output}
${more}`;
}
