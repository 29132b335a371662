import {
  checkFirstEvent,
  checkJsonAnswer,
  checkLaterEvent,
  isContentFiltered,
} from '../../../runtime/providers/check-answer';

/** Shapes as the providers document them, or as issues of their clients show them. */
const ERROR_EVENTS: readonly (readonly [string, unknown, string, number])[] = [
  [
    'OpenAI: rate limit',
    { error: { message: 'x', type: 'tokens', param: null, code: 'rate_limit_exceeded' } },
    'provider_rate_limit',
    429,
  ],
  [
    'OpenAI: quota',
    { error: { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' } },
    'provider_rate_limit',
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
  ['a proxy: mere text', { error: 'upstream request timeout' }, 'provider_internal', 500],
];

describe('checkFirstEvent', () => {
  it.each(ERROR_EVENTS)('takes %s for its HTTP twin', (...[, event, kind, status]) => {
    expect(checkFirstEvent(JSON.stringify(event), [])).toMatchObject({ kind, status });
  });

  it('takes an event with choices for an answer, even if it has none yet', () => {
    // Azure begins with the verdict of its filter on the prompt.
    const azure = { choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
    expect(checkFirstEvent(JSON.stringify(azure), [])).toBeNull();
    expect(checkFirstEvent('[DONE]', [])).toBeNull();
  });
});

describe('checkJsonAnswer', () => {
  it.each(ERROR_EVENTS)('takes %s with status 200 for its HTTP twin', (_name, event, kind) => {
    expect(checkJsonAnswer(Buffer.from(JSON.stringify(event)), [])).toMatchObject({ kind });
  });
});

describe('checkLaterEvent', () => {
  it('finds an error, and nothing in anything else', () => {
    expect(checkLaterEvent('{"error":{"message":"x"}}', [])).toMatchObject({ message: 'x' });
    expect(checkLaterEvent('{"error":null,"choices":[]}', [])).toBeNull();
    expect(checkLaterEvent('{"choices":[],"usage":{"error":1}}', [])).toBeNull();
    expect(checkLaterEvent('[DONE]', [])).toBeNull();
  });
});

describe('isContentFiltered', () => {
  const answer = (reason: string, content = ''): Buffer =>
    Buffer.from(JSON.stringify({ choices: [{ message: { content }, finish_reason: reason }] }));

  it('finds an answer that the filter cut off', () => {
    expect(isContentFiltered(answer('content_filter'))).toBe(true);
    expect(isContentFiltered(answer('stop'))).toBe(false);
  });

  it('is not fooled by the text of the model', () => {
    expect(isContentFiltered(answer('stop', '"finish_reason":"content_filter"'))).toBe(false);
    const named = Buffer.from('{"x":"content_filter","choices":[null]}');
    expect(isContentFiltered(named)).toBe(false);
  });
});
