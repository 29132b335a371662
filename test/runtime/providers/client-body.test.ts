import {
  parseClientBody,
  renderCappedBody,
  renderFallbackBody,
} from '../../../runtime/providers/client-body';

describe('parseClientBody', () => {
  it('reads what LiteLLM lets a client say', () => {
    const text =
      '{"model":"a","messages":[],"stream":true,"timeout":"2.5","num_retries":99,"fallbacks":["b"],"disable_fallbacks":true}';
    expect(parseClientBody(Buffer.from(text), null)).toMatchObject({
      model: 'a',
      delivery: 'stream',
      timeoutSeconds: 2.5,
      retries: 10,
      fallbacks: [{ model: 'b', params: null }],
      fallbackUse: 'disabled',
    });
  });

  it('rejects a model name of more than 256 characters', () => {
    const text = JSON.stringify({ model: 'x'.repeat(257), messages: [] });
    expect(() => parseClientBody(Buffer.from(text), null)).toThrow(
      'model must be at most 256 characters',
    );
  });
});

describe('renderCappedBody', () => {
  const cap = (body: object) => {
    const given = { model: 'a', messages: [], ...body };
    return renderCappedBody(parseClientBody(Buffer.from(JSON.stringify(given)), null), 100);
  };

  it('bounds an answer that has no bound, and leaves a tighter one', () => {
    expect(cap({}).maxCompletionTokens).toBe(100);
    expect(cap({ max_completion_tokens: 7 }).maxCompletionTokens).toBe(7);
    expect(cap({ max_completion_tokens: 700 }).maxCompletionTokens).toBe(100);
  });

  it("bounds the answers of the client's own fallbacks, whatever they say", () => {
    const capped = cap({
      fallbacks: ['b', { model: 'c', max_tokens: 700, n: 2 }, { model: 'd', max_tokens: 7 }],
    });
    expect(capped.fallbacks).toEqual([
      { model: 'b', params: null },
      { model: 'c', params: { n: 2, max_completion_tokens: 100 } },
      { model: 'd', params: { max_completion_tokens: 7 } },
    ]);
    const [, fallback] = capped.fallbacks;
    const changed = renderFallbackBody(capped, fallback?.params ?? {});
    expect(changed).toMatchObject({ maxCompletionTokens: 100, choices: 2 });
  });
});
