import { parseDrill, renderMockAnswer, renderMockStream } from '../../../runtime/providers/drill';

describe('parseDrill', () => {
  it('finds none in a request in earnest', () => {
    expect(parseDrill({ mock_testing_fallbacks: false, mock_response: null })).toBeNull();
  });

  it.each([
    ['mock_testing_fallbacks', 'groupFailure', 'provider_internal'],
    ['mock_testing_context_fallbacks', 'groupFailure', 'provider_context_window'],
    ['mock_testing_context_window_fallbacks', 'groupFailure', 'provider_context_window'],
    ['mock_testing_content_policy_fallbacks', 'groupFailure', 'provider_content_policy'],
    ['mock_testing_rate_limit_error', 'firstFailure', 'provider_rate_limit'],
  ])('plays a failure for %s', (key, where, kind) => {
    expect(parseDrill({ [key]: true })).toMatchObject({ [where]: { kind } });
  });

  it('plays the answer that is given, or the exception that it names', () => {
    expect(parseDrill({ mock_response: 'Hi' })?.answer).toEqual({ kind: 'text', text: 'Hi' });
    expect(parseDrill({ mock_response: 'litellm.RateLimitError' })?.answer).toMatchObject({
      kind: 'failure',
      failure: { kind: 'provider_rate_limit', status: 429 },
    });
  });
});

describe('renderMockAnswer', () => {
  it('says the text in the shape of an answer', () => {
    expect(JSON.parse(renderMockAnswer('m', 'Hi').toString())).toMatchObject({
      object: 'chat.completion',
      model: 'm',
      choices: [{ message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    });
  });
});

describe('renderMockStream', () => {
  it('says the text in the shape of a stream', () => {
    const text = renderMockStream('m', 'Hi').toString();
    expect(text).toContain('"content":"Hi"');
    expect(text.endsWith('"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')).toBe(true);
  });
});
