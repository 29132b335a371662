import type { DeploymentConfig } from '../../lib/config/gateway-config';

export interface KnownPrice {
  /** Unit: US dollars per million tokens. */
  readonly input: number;
  readonly output: number;
  /** Unit: tokens. */
  readonly maxInputTokens: number;
}

function price(input: number, output: number, maxInputTokens: number): KnownPrice {
  return { input, output, maxInputTokens };
}

/**
 * List prices and windows of models that many use, from the public price pages of OpenAI, Anthropic and Google as they
 * stood in 2025. Prices fall and discounts are private: `input_cost_per_token` and `output_cost_per_token` win.
 */
const KNOWN_MODELS: ReadonlyMap<string, KnownPrice> = new Map([
  ['gpt-4o', price(2.5, 10, 128_000)],
  ['gpt-4o-mini', price(0.15, 0.6, 128_000)],
  ['gpt-4.1', price(2, 8, 1_047_576)],
  ['gpt-4.1-mini', price(0.4, 1.6, 1_047_576)],
  ['gpt-4.1-nano', price(0.1, 0.4, 1_047_576)],
  ['gpt-4-turbo', price(10, 30, 128_000)],
  ['gpt-3.5-turbo', price(0.5, 1.5, 16_385)],
  ['o3', price(2, 8, 200_000)],
  ['o3-mini', price(1.1, 4.4, 200_000)],
  ['o4-mini', price(1.1, 4.4, 200_000)],
  ['gpt-5', price(1.25, 10, 272_000)],
  ['gpt-5-mini', price(0.25, 2, 272_000)],
  ['gpt-5-nano', price(0.05, 0.4, 272_000)],
  ['claude-3-5-sonnet', price(3, 15, 200_000)],
  ['claude-3-7-sonnet', price(3, 15, 200_000)],
  ['claude-sonnet-4', price(3, 15, 200_000)],
  ['claude-opus-4', price(15, 75, 200_000)],
  ['claude-3-5-haiku', price(0.8, 4, 200_000)],
  ['claude-3-haiku', price(0.25, 1.25, 200_000)],
  ['gemini-2.5-pro', price(1.25, 10, 1_048_576)],
  ['gemini-2.5-flash', price(0.3, 2.5, 1_048_576)],
  ['gemini-2.0-flash', price(0.1, 0.4, 1_048_576)],
]);

/** By the model's name without provider and region, and without the date behind it. Null: not among them. */
export function selectKnownModel(deployment: NamedModel): KnownPrice | null {
  const found = FOUND.get(deployment);
  if (found !== undefined) return found;
  const known = findKnownModel(deployment);
  FOUND.set(deployment, known);
  return known;
}

type NamedModel = Pick<DeploymentConfig, 'providerModel' | 'baseModel'>;

/** A deployment is asked for several times in each request, and stays what it is. */
const FOUND = new WeakMap<NamedModel, KnownPrice | null>();

function findKnownModel(deployment: NamedModel): KnownPrice | null {
  const name = deployment.baseModel ?? deployment.providerModel;
  const bare = name.slice(name.lastIndexOf('/') + 1).replace(/^(?:[a-z]{2,4}\.)?anthropic\./, '');
  const undated = bare.replace(/[-@](?:\d{4}-\d{2}-\d{2}|\d{8})(?:-v\d+(?::\d+)?)?$/, '');
  return KNOWN_MODELS.get(bare) ?? KNOWN_MODELS.get(undated) ?? null;
}

/** Unit: US dollars per token. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

const MILLION = 1_000_000;

/** The configured price, else the list price; null: nobody knows. */
export function selectTokenPrice(deployment: DeploymentConfig): TokenPrice | null {
  const { inputCostPerToken, outputCostPerToken } = deployment;
  if (inputCostPerToken !== null || outputCostPerToken !== null) {
    return { input: inputCostPerToken ?? 0, output: outputCostPerToken ?? 0 };
  }
  const known = selectKnownModel(deployment);
  return known === null ? null : { input: known.input / MILLION, output: known.output / MILLION };
}

/** The longest prompt: the configured one, else the model's known one. Unit: tokens; null: nobody knows. */
export function selectMaxInputTokens(deployment: DeploymentConfig): number | null {
  return deployment.maxInputTokens ?? selectKnownModel(deployment)?.maxInputTokens ?? null;
}
