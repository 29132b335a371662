/** Shapes as the providers document them, or as issues of their clients show them. */
export const ERROR_EVENTS: readonly (readonly [string, unknown, string, number])[] = [
  [
    'OpenAI: rate limit',
    { error: { message: 'x', type: 'tokens', param: null, code: 'rate_limit_exceeded' } },
    'provider_rate_limit',
    429,
  ],
  [
    'OpenAI: quota',
    { error: { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' } },
    'provider_payment',
    429,
  ],
  [
    'OpenAI: server error',
    { error: { message: 'x', type: 'server_error', code: null } },
    'provider_internal',
    500,
  ],
  [
    'OpenAI: context window',
    { error: { message: 'x', type: 'invalid_request_error', code: 'context_length_exceeded' } },
    'provider_context_window',
    400,
  ],
  [
    'Azure: status as text',
    { error: { code: '429', message: 'Requests have exceeded the call rate limit' } },
    'provider_rate_limit',
    429,
  ],
  [
    'Azure: content filter',
    { error: { message: 'x', type: null, param: 'prompt', code: 'content_filter', status: 400 } },
    'provider_content_policy',
    400,
  ],
  [
    'Azure: unavailable',
    { error: { code: 'ServiceUnavailable', message: 'x' } },
    'provider_unavailable',
    503,
  ],
  [
    'Anthropic: overloaded',
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    'provider_unavailable',
    529,
  ],
  [
    'Anthropic: rate limit',
    { type: 'error', error: { type: 'rate_limit_error', message: 'x' } },
    'provider_rate_limit',
    429,
  ],
  [
    'Anthropic: api error',
    { type: 'error', error: { type: 'api_error', message: 'x' } },
    'provider_internal',
    500,
  ],
  [
    'Anthropic: authentication',
    { type: 'error', error: { type: 'authentication_error', message: 'x' } },
    'provider_authentication',
    401,
  ],
  [
    'Google: exhausted',
    { error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } },
    'provider_rate_limit',
    429,
  ],
  [
    'vLLM: bare error',
    { object: 'error', message: 'x', type: 'InternalServerError', code: 500 },
    'provider_internal',
    500,
  ],
  [
    'OpenRouter: credit',
    { error: { code: 402, message: 'Insufficient credits' } },
    'provider_payment',
    402,
  ],
  [
    'OpenRouter: in the choice that it ended',
    { choices: [{ delta: {}, finish_reason: 'error', error: { code: 502, message: 'x' } }] },
    'provider_bad_gateway',
    502,
  ],
  ['a proxy: mere text', { error: 'upstream request timeout' }, 'provider_internal', 500],
];
