import { checkFirstEvent, checkJsonAnswer } from '../../../runtime/providers/check-answer';
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
    [418, 'teapot', 'provider_bad_request'],
  ])('takes status %d with "%s" for %s', (status, message, kind) => {
    expect(classify(status, message)).toBe(kind);
  });

  it('keeps the message of the provider short and free of keys', () => {
    const body = JSON.stringify({ error: { message: `sk-1 ${'x'.repeat(2000)}` } });
    const { message } = classifyFailure({
      status: 500,
      body,
      retryAfterMs: null,
      secrets: ['sk-1'],
    });
    expect(message.startsWith('[redacted] xxx')).toBe(true);
    expect(message.length).toBeLessThan(1020);
  });

  it('speaks for a provider that sends no JSON', () => {
    const answer = { status: 502, body: '<html>', retryAfterMs: null, secrets: [] };
    expect(classifyFailure(answer).message).toBe('the provider answered with status 502');
  });
});

describe('checkJsonAnswer', () => {
  it('accepts an answer with choices', () => {
    expect(checkJsonAnswer(Buffer.from(' {"choices":[]}\n'), [])).toBeNull();
    expect(checkJsonAnswer(Buffer.from('{"choices" : []}'), [])).toBeNull();
  });

  it.each([
    ['{"error":{"message":"x","code":"rate_limit_exceeded"}}', 'provider_rate_limit'],
    ['{"error":{"message":"x","code":503}}', 'provider_unavailable'],
    ['{"error":{"message":"\\"choices\\":"}}', 'provider_internal'],
    ['{"id":1}', 'provider_invalid_response'],
    ['[]', 'provider_invalid_response'],
    ['', 'provider_invalid_response'],
  ])('takes %s for a failure', (body, kind) => {
    expect(checkJsonAnswer(Buffer.from(body), [])?.kind).toBe(kind);
  });
});

describe('checkFirstEvent', () => {
  it('accepts a chunk and an empty stream, and refuses an error', () => {
    expect(checkFirstEvent('{"choices":[],"prompt_filter_results":[]}', [])).toBeNull();
    expect(checkFirstEvent('[DONE]', [])).toBeNull();
    expect(checkFirstEvent('{"error":{"type":"overloaded_error"}}', [])?.kind).toBe(
      'provider_unavailable',
    );
  });
});
