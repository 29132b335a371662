import { classifyFailure } from '../../../runtime/providers/classify-failure';

function classify(status: number, message: string): string {
  const body = JSON.stringify({ error: { message } });
  return classifyFailure({ status, body, retryAfterMs: null, secrets: [] }).kind;
}

describe('classifyFailure', () => {
  it.each([
    [400, 'bad', 'provider_bad_request'],
    [400, "This model's maximum context length is 8192 tokens", 'provider_context_window'],
    [400, 'The response was filtered due to content management policy', 'provider_content_policy'],
    [401, 'no', 'provider_authentication'],
    [403, 'no', 'provider_permission'],
    [404, 'DeploymentNotFound', 'provider_not_found'],
    [408, 'slow', 'provider_timeout'],
    [413, 'large', 'provider_bad_request'],
    [422, 'odd', 'provider_unprocessable'],
    [429, 'slow down', 'provider_rate_limit'],
    [500, 'boom', 'provider_internal'],
    [502, 'boom', 'provider_bad_gateway'],
    [503, 'boom', 'provider_unavailable'],
    [504, 'slow', 'provider_timeout'],
    [529, 'overloaded', 'provider_unavailable'],
    [402, 'Insufficient credits', 'provider_payment'],
    [405, 'no', 'provider_conflict'],
    [407, 'no', 'provider_conflict'],
    [409, 'no', 'provider_conflict'],
    [410, 'gone', 'provider_conflict'],
    [421, 'no', 'provider_conflict'],
    [423, 'locked', 'provider_conflict'],
    [424, 'no', 'provider_conflict'],
    [425, 'early', 'provider_conflict'],
    [426, 'no', 'provider_conflict'],
    [451, 'no', 'provider_conflict'],
    [499, 'left', 'provider_conflict'],
    [418, 'teapot', 'provider_bad_request'],
  ])('takes status %d with "%s" for %s', (status, message, kind) => {
    expect(classify(status, message)).toBe(kind);
  });

  it('keeps the message of the provider short and free of keys', () => {
    const body = JSON.stringify({ error: { message: `sk-canary ${'x'.repeat(2000)}` } });
    const { message } = classifyFailure({
      status: 500,
      body,
      retryAfterMs: null,
      secrets: ['sk-canary'],
    });
    expect(message.startsWith('[redacted] xxx')).toBe(true);
    expect(message.length).toBeLessThan(1020);
  });

  it('strikes a key out that lies across the cut, at every offset', () => {
    const key = 'sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2';
    for (let before = 1000 - key.length - 12; before <= 1012; before += 1) {
      const error = { message: `${'x'.repeat(before)}${key} is wrong` };
      const body = JSON.stringify({ error });
      const answer = { status: 500, body, retryAfterMs: null, secrets: [key] };
      const { message } = classifyFailure(answer);
      expect(message).toBe(`${'x'.repeat(before)}[redacted] is wrong`.slice(0, 1000));
    }
  });

  it('speaks for a provider that sends no JSON', () => {
    const answer = { status: 502, body: '<html>', retryAfterMs: null, secrets: [] };
    expect(classifyFailure(answer).message).toBe('the provider answered with status 502');
  });

  it.each([
    [401, "the provider refused the gateway's credentials (status 401)"],
    [402, "the gateway's account with the provider cannot pay (status 402)"],
    [403, "the provider refused the gateway's credentials (status 403)"],
  ])('says of status %d only what a client may know', (status, message) => {
    const body =
      '{"error":{"message":"key sk-12…34 of org-9","type":"x","code":"invalid_api_key"}}';
    const failure = classifyFailure({ status, body, retryAfterMs: null, secrets: [] });
    expect(failure).toMatchObject({ status, message });
    expect(failure).not.toHaveProperty('words');
  });

  it('holds a request that is too dear for the account against nobody but itself', () => {
    const message = 'This request requires more credits, or fewer max_tokens.';
    expect(classify(402, message)).toBe('provider_conflict');
  });

  it.each<[string, number, object, string]>([
    [
      'OpenRouter: moderation',
      403,
      { error: { code: 403, message: 'no', metadata: { reasons: ['violence'] } } },
      'provider_content_policy',
    ],
    [
      'OpenRouter: moderation without reasons',
      403,
      { error: { code: 403, message: 'no', metadata: { flagged_input: 'so and so' } } },
      'provider_content_policy',
    ],
    [
      'xAI: usage guidelines',
      403,
      {
        code: 'The caller does not have permission to execute the specified operation',
        error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
      },
      'provider_content_policy',
    ],
    [
      'Azure: content filter',
      403,
      { error: { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      'provider_content_policy',
    ],
    [
      'OpenAI: an image that is not there',
      404,
      { error: { message: 'no', param: 'messages[0].content[1].image_url', code: null } },
      'provider_bad_request',
    ],
    [
      'OpenAI: a part of the messages',
      404,
      { error: { message: 'no', param: 'messages[0].content[1]', code: null } },
      'provider_bad_request',
    ],
    [
      'OpenAI: a file that is not there',
      404,
      { error: { message: 'No such File object: file-vyA4ivhKGP', param: 'id' } },
      'provider_bad_request',
    ],
    [
      'Anthropic: a file that is not there',
      404,
      { type: 'error', error: { type: 'not_found_error', message: 'File not found: file_011CN' } },
      'provider_bad_request',
    ],
    [
      'an address that is closed to the provider',
      403,
      { error: { message: 'failed to retrieve media: received status code: 403' } },
      'provider_bad_request',
    ],
    [
      'Google: a rate limit',
      403,
      {
        error: {
          code: 403,
          status: 'PERMISSION_DENIED',
          errors: [{ reason: 'rateLimitExceeded' }],
        },
      },
      'provider_rate_limit',
    ],
    ['a wrong key', 403, { error: { message: 'not allowed', param: null } }, 'provider_permission'],
    [
      'xAI: a key without the right',
      403,
      { code: 'permission-denied', error: 'Access to the chat endpoint is denied' },
      'provider_permission',
    ],
    [
      'OpenAI: no such model',
      404,
      {
        error: { message: 'The model `x` does not exist', param: 'model', code: 'model_not_found' },
      },
      'provider_not_found',
    ],
    ['a wrong path', 404, { detail: 'File /v2/chat/completions not found' }, 'provider_not_found'],
    [
      'no moderation at all',
      403,
      { error: { message: 'no', metadata: { reasons: [], provider_name: 'x' } } },
      'provider_permission',
    ],
  ])('tells a fault of the prompt from one of the deployment: %s', (...[, status, body, kind]) => {
    const failure = classifyFailure({
      status,
      body: JSON.stringify(body),
      retryAfterMs: null,
      secrets: [],
    });
    expect(failure.kind).toBe(kind);
    const isPrompts = kind === 'provider_content_policy' || kind === 'provider_bad_request';
    if (isPrompts) expect(failure.status).toBe(400);
  });

  it("keeps the provider's type, param and code, short and free of keys", () => {
    const error = {
      message: 'no',
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'sk-canary',
    };
    const body = JSON.stringify({ error });
    expect(
      classifyFailure({ status: 400, body, retryAfterMs: null, secrets: ['sk-canary'] }),
    ).toEqual({
      kind: 'provider_bad_request',
      status: 400,
      message: 'no',
      retryAfterMs: null,
      words: { type: 'invalid_request_error', param: 'temperature', code: '[redacted]' },
    });
  });
});

describe("Google's errors", () => {
  const classify = (status: number, error: object, retryAfterMs: number | null = null): unknown =>
    // Vertex AI wraps errors of streams in a list.
    classifyFailure({ status, body: JSON.stringify([{ error }]), retryAfterMs, secrets: [] });

  it('takes a key that is not valid for refused credentials, although its status is 400', () => {
    const message = 'API key not valid. Please pass a valid API key.';
    const details = [{ reason: 'API_KEY_INVALID', domain: 'googleapis.com' }];
    expect(classify(400, { code: 400, message, status: 'INVALID_ARGUMENT', details })).toEqual({
      kind: 'provider_authentication',
      status: 401,
      retryAfterMs: null,
      message: "the provider refused the gateway's credentials (status 400)",
    });
  });

  it('reads when to ask again from the details, unless a header tells', () => {
    const error = {
      code: 429,
      message: 'You exceeded your current quota.',
      status: 'RESOURCE_EXHAUSTED',
      details: [
        { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.0748s' },
      ],
    };
    expect(classify(429, error)).toEqual({
      kind: 'provider_rate_limit',
      status: 429,
      retryAfterMs: 34_075,
      message: 'You exceeded your current quota.',
      words: { type: 'RESOURCE_EXHAUSTED', param: null, code: null },
    });
    expect(classify(429, error, 5)).toMatchObject({ retryAfterMs: 5 });
    for (const retryDelay of ['', '1e9s', '-1s', 34, '34', null]) {
      const details = [{ retryDelay }, null, 'x'];
      expect(classify(429, { ...error, details })).toMatchObject({ retryAfterMs: null });
    }
  });

  it.each([
    { code: 403, message: 'Permission denied', kind: 'provider_permission' },
    { code: 404, message: 'models/x is not found', kind: 'provider_not_found' },
    { code: 500, message: 'An internal error has occurred', kind: 'provider_internal' },
    { code: 503, message: 'The model is overloaded.', kind: 'provider_unavailable' },
    { code: 504, message: 'The request timed out.', kind: 'provider_timeout' },
    { code: 400, message: 'Unknown name "x": Cannot find field.', kind: 'provider_bad_request' },
    {
      code: 400,
      message: 'The input token count (2) exceeds the maximum number of tokens allowed (1).',
      kind: 'provider_context_window',
    },
    {
      code: 400,
      message: 'User location is not supported for the API use.',
      kind: 'provider_conflict',
    },
  ])('takes $code "$message" for $kind', ({ code, message, kind }) => {
    expect(classify(code, { code, message, status: 'SOME_STATUS' })).toMatchObject({
      kind,
    });
  });
});
