/**
 * Parameters that some of OpenAI's models take and others refuse, each a bit: which of them a request has is one number, so
 * that asking costs a request nothing.
 */
const MODEL_PARAMS = [
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'seed',
  'stop',
  'temperature',
  /** The models since gpt-5.1 take a temperature as long as they do not reason. */
  'temperature with reasoning_effort',
  'thinking',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
] as const;

type ModelParam = (typeof MODEL_PARAMS)[number];

/** A set of model parameters. */
export type ParamSet = number;

export const NO_PARAMS: ParamSet = 0;

const BITS: ReadonlyMap<string, ParamSet> = new Map(
  MODEL_PARAMS.map((name, index) => [name, 1 << index] as const),
);

/** What a model of OpenAI takes. */
export interface ParamSupport {
  readonly unsupported: ParamSet;
  /**
   * Reasoning models know `max_tokens` by its newer name only, and many other providers by its older one; LiteLLM renames it,
   * and so do we. `any`: it is left as the client wrote it.
   */
  readonly maxTokens: 'any' | 'max_tokens' | 'max_completion_tokens';
}

const REASONING = setOf([
  'frequency_penalty',
  'logprobs',
  'presence_penalty',
  'thinking',
  'top_logprobs',
  'top_p',
]);
const CHAT: ParamSupport = {
  unsupported: setOf(['reasoning_effort', 'thinking', 'verbosity']),
  maxTokens: 'any',
};

/** LiteLLM 1.81.9's `get_supported_openai_params`; the first that fits a model's name decides. */
const FAMILIES: readonly (readonly [RegExp, ParamSupport])[] = [
  [
    /^o1-(mini|preview)(-|$)/,
    {
      unsupported:
        REASONING |
        setOf([
          'function_call',
          'functions',
          'parallel_tool_calls',
          'response_format',
          'temperature',
          'tool_choice',
          'tools',
          'verbosity',
        ]),
      maxTokens: 'max_completion_tokens',
    },
  ],
  [
    /^o[134](-|$)/,
    {
      unsupported: REASONING | setOf(['parallel_tool_calls', 'temperature', 'verbosity']),
      maxTokens: 'max_completion_tokens',
    },
  ],
  [/^(gpt-5-chat|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-4-|chatgpt-4o)/, CHAT],
  [
    /^gpt-5\.\d+(?!.*-pro(-|$))/,
    {
      unsupported: REASONING | setOf(['stop', 'temperature with reasoning_effort']),
      maxTokens: 'max_completion_tokens',
    },
  ],
  [
    /^gpt-5(?![0-9])/,
    {
      unsupported: REASONING | setOf(['stop', 'temperature']),
      maxTokens: 'max_completion_tokens',
    },
  ],
  [
    /^(gpt-4|gpt-3\.5-turbo-16k)$/,
    { ...CHAT, unsupported: CHAT.unsupported | setOf(['response_format']) },
  ],
  [/^gpt-(3\.5|35)-turbo/, CHAT],
];

/** Null: nothing is known of a model of this name, and whoever serves it knows best what it takes. */
export function selectParamSupport(model: string): ParamSupport | null {
  const name = model.slice(model.lastIndexOf('/') + 1);
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** The model parameters that a body has. Null and LiteLLM's defaults of them say nothing. */
export function selectModelParams(body: Readonly<Record<string, unknown>>): ParamSet {
  let params = NO_PARAMS;
  for (const name in body) {
    const bit = BITS.get(name);
    const value = body[name];
    if (bit === undefined || value === null || value === undefined) continue;
    if (isUsual(name, value)) continue;
    params |= bit;
  }
  const { reasoning_effort: effort } = body;
  const reasons = effort !== undefined && effort !== null && effort !== 'none';
  const hot = has(params, 'temperature') && reasons;
  return hot ? params | bitOf('temperature with reasoning_effort') : params;
}

/** What every model does anyway. */
function isUsual(name: string, value: unknown): boolean {
  if (name === 'temperature' || name === 'n') return value === 1;
  return name === 'logprobs' && value === false;
}

/** Whether the bound on the answer has a name that is not the model's. */
export function isBoundMisnamed(params: ParamSet, name: ParamSupport['maxTokens']): boolean {
  switch (name) {
    case 'any':
      return false;
    case 'max_tokens':
      return has(params, 'max_completion_tokens');
    case 'max_completion_tokens':
      return has(params, 'max_tokens');
  }
}

/** The parameters of these names; others are not among those that some models refuse. */
export function setOfNames(names: readonly string[]): ParamSet {
  const named = names.reduce((set, name) => set | (BITS.get(name) ?? NO_PARAMS), NO_PARAMS);
  return has(named, 'temperature') ? named | bitOf('temperature with reasoning_effort') : named;
}

/** The fields of a body that the parameters stand in. */
export function namesOf(params: ParamSet): readonly string[] {
  const names = MODEL_PARAMS.filter((name) => has(params, name));
  const fields = names.map((name) =>
    name === 'temperature with reasoning_effort' ? 'temperature' : name,
  );
  return [...new Set(fields)];
}

function has(params: ParamSet, name: ModelParam): boolean {
  return (params & bitOf(name)) !== 0;
}

function bitOf(name: ModelParam): ParamSet {
  return BITS.get(name) ?? NO_PARAMS;
}

function setOf(names: readonly ModelParam[]): ParamSet {
  return names.reduce((set, name) => set | (1 << MODEL_PARAMS.indexOf(name)), NO_PARAMS);
}
