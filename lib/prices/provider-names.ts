/** LiteLLM's names of providers where the price list has other ones. */
const LISTED_NAMES: ReadonlyMap<string, string> = new Map([
  ['anthropic_text', 'anthropic'],
  ['azure_ai', 'azure'],
  ['azure_text', 'azure'],
  ['bedrock', 'aws'],
  ['bedrock_converse', 'aws'],
  ['codestral', 'mistral'],
  ['cohere_chat', 'cohere'],
  ['fireworks_ai', 'fireworks'],
  ['gemini', 'google'],
  ['github_copilot', 'github-copilot'],
  ['moonshot', 'moonshotai'],
  ['text-completion-codestral', 'mistral'],
  ['text-completion-openai', 'openai'],
  ['together_ai', 'together'],
  ['vertex_ai', 'google'],
  ['vertex_ai_beta', 'google'],
  ['voyage', 'voyageai'],
  ['xai', 'x-ai'],
  ['z-ai', 'zai'],
]);

export function selectListedName(provider: string): string {
  return LISTED_NAMES.get(provider) ?? provider;
}

/** What LiteLLM puts between a provider and its model: a place, or a way to ask. */
const PREFIXES: Readonly<Record<string, RegExp>> = {
  aws: /^(?:(?:converse|converse_like|invoke|bedrock)\/|[a-z]{2}(?:-[a-z]+)+-\d\/)+/,
  azure: /^(?:(?:eu|us|global|global-standard)\/)+/,
  google: /^(?:models|publishers\/[^/]+\/models)\//,
};

/** The model as the price list knows it. */
export function selectListedModel(listedProvider: string, model: string): string {
  const prefix = PREFIXES[listedProvider];
  return prefix === undefined ? model : model.replace(prefix, '');
}
