/** What `litellm_params.model` names behind `bedrock/`. */
export interface BedrockModel {
  /** A model's id, an inference profile's, or an ARN. */
  readonly id: string;
  /** Null: neither the name nor the ARN says. */
  readonly region: string | null;
  /** Which operation is called: one format for all models, or the model's own. */
  readonly route: 'converse' | 'invoke';
}

const REGION = /^(us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov)-[a-z]+-\d$/;
const ARN_REGION = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]+):/;
/** Other products of Bedrock's, which are no models. */
const OTHER_ROUTES = ['agent', 'agentcore', 'async_invoke'] as const;

/** LiteLLM's forms: `us-west-2/anthropic.…`, `converse/…`, `invoke/…`, ids with a region's group, ARNs. Text: why it is none. */
export function parseBedrockModel(model: string): BedrockModel | { readonly reason: string } {
  let id = model;
  let route: BedrockModel['route'] = 'converse';
  let region: string | null = null;
  for (;;) {
    const [first = '', ...rest] = id.split('/');
    if (id.startsWith('arn:') || rest.length === 0) break;
    if (first === 'invoke') route = 'invoke';
    else if (REGION.test(first)) region = first;
    else if ((OTHER_ROUTES as readonly string[]).includes(first)) {
      return { reason: `bedrock/${first}/ is not supported by this gateway; name a model` };
    } else if (!PREFIXES.has(first)) break;
    id = rest.join('/');
  }
  return {
    id,
    route: isClaude(id) ? route : 'converse',
    region: ARN_REGION.exec(id)?.[1] ?? region,
  };
}

/** They name a format that this gateway knows by the model. */
const PREFIXES: ReadonlySet<string> = new Set([
  'bedrock',
  'converse',
  'converse_like',
  'deepseek_r1',
  'llama',
  'openai',
]);

/** The id without its region's group and version: `anthropic.claude-3-haiku`. */
export function selectModelFamily(id: string): string {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return name.replace(/^(us-gov|us|eu|apac|jp|au|ca|global)\./, '');
}

export function isClaude(id: string): boolean {
  return selectModelFamily(id).startsWith('anthropic.');
}
