export interface ModelLimits {
  /** The longest answer, which is asked for where the client sets no bound. Unit: tokens. */
  readonly maxTokens: number;
  /** Whether the model takes a schema of its answer. */
  readonly outputFormat: 'supported' | 'unsupported';
}

/** By the family in a model's name, wherever a cloud puts it; the first that fits. */
const FAMILIES: readonly (readonly [RegExp, number, ModelLimits['outputFormat']])[] = [
  [/opus-4-[6-9]/, 128_000, 'supported'],
  [/opus-4-5/, 64_000, 'supported'],
  [/opus-4-1/, 32_000, 'supported'],
  [/opus-4|4-opus/, 32_000, 'unsupported'],
  [/sonnet-4-[5-9]|haiku-4-[5-9]/, 64_000, 'supported'],
  [/sonnet-4|4-sonnet|3-7-sonnet/, 64_000, 'unsupported'],
  [/3-5-(sonnet|haiku)/, 8192, 'unsupported'],
];

/** LiteLLM's default, which every model takes. */
const OTHERS: ModelLimits = { maxTokens: 4096, outputFormat: 'unsupported' };

/** https://docs.anthropic.com/en/docs/about-claude/models/overview */
export function selectModelLimits(model: string): ModelLimits {
  const name = model.toLowerCase().replaceAll('.', '-');
  const family = FAMILIES.find(([pattern]) => pattern.test(name));
  if (family === undefined) return OTHERS;
  const [, maxTokens, outputFormat] = family;
  return { maxTokens, outputFormat };
}
