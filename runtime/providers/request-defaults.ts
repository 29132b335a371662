/** `litellm_params` that are OpenAI request fields: sent with each request that does not set them itself. */
const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  'frequency_penalty',
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
  'service_tier',
  'stop',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
]);

export type RequestDefaults = Readonly<Record<string, unknown>>;

/** Null when there are none, so that the common case never rewrites a body. */
export function selectRequestDefaults(
  otherParams: Readonly<Record<string, unknown>>,
): RequestDefaults | null {
  const fields = Object.entries(otherParams).filter(([name]) => REQUEST_FIELDS.has(name));
  return fields.length === 0 ? null : Object.fromEntries(fields);
}
