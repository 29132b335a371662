import {
  parseClientBody,
  renderCappedBody,
  renderFallbackBody,
  renderUpstreamBody,
} from '../../../runtime/providers/client-body';

function translate(
  text: string,
  defaults: Readonly<Record<string, unknown>> | null = null,
): string {
  return renderUpstreamBody(parseClientBody(Buffer.from(text), null), 'upstream', {
    defaults,
    usageEvent: 'as-asked',
  }).toString();
}

/** The body of a stream whose usage we ask for. */
function translateAsking(
  text: string,
  defaults: Readonly<Record<string, unknown>> | null = null,
): string {
  const body = parseClientBody(Buffer.from(text), null);
  return renderUpstreamBody(body, 'upstream', { defaults, usageEvent: 'added' }).toString();
}

describe('renderUpstreamBody', () => {
  it('changes the model and leaves every other byte as it came', () => {
    expect(translate('{ "messages" : [], "model":"a",  "metadata":{"k":"v"}, "x": 1.0 }')).toBe(
      '{ "messages" : [], "model":"upstream",  "metadata":{"k":"v"}, "x": 1.0 }',
    );
  });

  it('takes out what only LiteLLM understands', () => {
    const text =
      '{"model":"a","messages":[],"num_retries":1,"tags":["x"],"mock_response":"y","timeout":3}';
    expect(translate(text)).toBe('{"model":"upstream","messages":[]}');
  });

  it('puts the defaults of the deployment under what the client says', () => {
    expect(JSON.parse(translate('{"model":"a","messages":[],"n":1}', { n: 2, seed: 3 }))).toEqual({
      model: 'upstream',
      messages: [],
      n: 1,
      seed: 3,
    });
  });

  it('understands a key that is written with escapes', () => {
    expect(translate('{"mod\\u0065l":"a","messages":[]}')).toBe(
      '{"model":"upstream","messages":[]}',
    );
  });

  it('takes the model from the path when the path names one', () => {
    const body = parseClientBody(Buffer.from('{"messages":[]}'), 'from-path');
    expect(body.model).toBe('from-path');
    expect(
      renderUpstreamBody(body, 'upstream', { defaults: null, usageEvent: 'as-asked' }).toString(),
    ).toBe('{"messages":[],"model":"upstream"}');
  });
});

describe('renderUpstreamBody where the usage is asked for', () => {
  const ASKED = { include_usage: true };

  it('adds the question and leaves every other byte as it came', () => {
    expect(translateAsking(' { "messages":[], "model":"a", "stream": true, "x": 1.0 }')).toBe(
      ' {"stream_options":{"include_usage":true}, "messages":[], "model":"upstream", "stream": true, "x": 1.0 }',
    );
  });

  it.each([
    [
      '{"include_usage":false,"include_obfuscation":false}',
      { ...ASKED, include_obfuscation: false },
    ],
    ['null', ASKED],
    ['{}', ASKED],
  ])('asks also where stream_options is %s', (options, expected) => {
    const text = `{"model":"a","messages":[],"stream":true,"stream_options":${options}}`;
    expect(JSON.parse(translateAsking(text))).toMatchObject({ stream_options: expected });
  });

  it('asks also where the body is written anew', () => {
    const text = '{"model":"a","messages":[],"stream":true}';
    expect(JSON.parse(translateAsking(text, { seed: 1 }))).toMatchObject({ stream_options: ASKED });
  });

  it.each([
    '{"model":"a","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
    '{"model":"a","messages":[],"stream":true,"stream_options":"wrong"}',
    '{"model":"a","messages":[]}',
  ])('leaves %s as it is', (text) => {
    expect(translateAsking(text)).toBe(text.replace('"a"', '"upstream"'));
  });
});

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
