export interface ProviderModel {
  readonly provider: string;
  /** The model's name without the provider's prefix. */
  readonly providerModel: string;
}

/** Provider of a model whose name tells none. */
export const UNKNOWN_PROVIDER = 'unknown';

/** Provider of the model `*`: each request names the model, hence the provider. */
export const ANY_PROVIDER = '*';

/** LiteLLM has a table of every model; the families are enough, and outlive the next release of each. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [
    /^(us|eu|apac|jp|au|ca|global|us-gov)\.(anthropic|amazon|meta|mistral|cohere|ai21|deepseek)\./,
    'bedrock',
  ],
  [/^(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|stability|writer)\./, 'bedrock'],
  [/^(ft:)?(gpt-|chatgpt-|codex-|davinci|babbage|computer-use-)/, 'openai'],
  [/^(ft:)?o[134](-|$)/, 'openai'],
  [
    /^(text-embedding-(ada|3)-|text-moderation-|omni-moderation-|dall-e|whisper|tts|sora-)/,
    'openai',
  ],
  [
    /^text-embedding-(00|preview)|^(text-)?multilingual-embedding|^textembedding-gecko/,
    'vertex_ai',
  ],
  [/^text-embedding-/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^(gemini-|imagen-|veo-|chat-bison|text-bison|code-bison|codechat-bison)/, 'vertex_ai'],
  [/^(command|embed-(english|multilingual)|rerank-)/, 'cohere'],
];

/** Reads `azure/gpt-4o` and `gpt-4o` alike; `custom_llm_provider` has the last word. */
export function providerOf(model: string, customProvider: string | null): ProviderModel {
  const slash = model.indexOf('/');
  const prefix = slash > 0 ? model.slice(0, slash) : null;
  if (customProvider !== null) {
    const providerModel = prefix === customProvider ? model.slice(slash + 1) : model;
    return { provider: customProvider, providerModel };
  }
  if (prefix !== null) return { provider: prefix, providerModel: model.slice(slash + 1) };
  if (model === '*') return { provider: ANY_PROVIDER, providerModel: model };
  const family = FAMILIES.find(([pattern]) => pattern.test(model));
  return { provider: family?.[1] ?? UNKNOWN_PROVIDER, providerModel: model };
}
