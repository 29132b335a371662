import { parseClientBody, renderCappedBody } from '../../../runtime/providers/client-body';
import { PLAIN_BODY, UpstreamBody } from '../../../runtime/providers/upstream-body';
import type { BodyShaping, UsageEvent } from '../../../runtime/providers/upstream-body';

interface Parts extends Partial<BodyShaping> {
  readonly model?: string;
  readonly usageEvent?: UsageEvent;
}

function translate(text: string, parts: Parts = {}): string {
  const { model: providerModel = 'upstream', usageEvent = 'as-asked', ...shaping } = parts;
  const body = parseClientBody(Buffer.from(text), null);
  const bodies = new UpstreamBody({ ...PLAIN_BODY, ...shaping });
  return bodies.render(body, { providerModel, usageEvent }).toString();
}

/** What the provider gets, without its model and its messages. */
function send(fields: object, parts: Parts = {}): Readonly<Record<string, unknown>> {
  const text = translate(JSON.stringify({ model: 'a', messages: [], ...fields }), parts);
  const { model, messages, ...rest } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  expect([model, messages]).toEqual([parts.model ?? 'upstream', []]);
  return rest;
}

describe('UpstreamBody', () => {
  it('changes the model and leaves every other byte as it came', () => {
    expect(translate('{ "messages" : [], "model":"a",  "seed":1e0, "x": 1.0 }')).toBe(
      '{ "messages" : [], "model":"upstream",  "seed":1e0, "x": 1.0 }',
    );
  });

  it('leaves the bytes alone also where the model is known and takes all that is sent', () => {
    const text = '{ "messages":[], "model":"a", "temperature":0.20, "max_tokens":7, "top_p":1.0 }';
    expect(translate(text, { model: 'gpt-4o' })).toBe(text.replace('"a"', '"gpt-4o"'));
  });

  it('takes out what only LiteLLM understands', () => {
    const text =
      '{"model":"a","messages":[],"num_retries":1,"tags":["x"],"mock_response":"y","timeout":3}';
    expect(translate(text)).toBe('{"model":"upstream","messages":[]}');
  });

  it('understands a key that is written with escapes', () => {
    expect(translate('{"mod\\u0065l":"a","messages":[]}')).toBe(
      '{"model":"upstream","messages":[]}',
    );
  });

  it('takes the model from the path when the path names one', () => {
    const body = parseClientBody(Buffer.from('{"messages":[]}'), 'from-path');
    expect(body.model).toBe('from-path');
    const target = { providerModel: 'upstream', usageEvent: 'as-asked' } as const;
    expect(new UpstreamBody(PLAIN_BODY).render(body, target).toString()).toBe(
      '{"messages":[],"model":"upstream"}',
    );
  });

  it('keeps a field named __proto__ the plain field that the client sent', () => {
    const text = '{"model":"a","messages":[],"__proto__":{"x":1},"tags":[]}';
    expect(translate(text)).toBe('{"model":"upstream","messages":[],"__proto__":{"x":1}}');
  });
});

describe('UpstreamBody with defaults of the deployment', () => {
  it('puts them under what the client says', () => {
    expect(send({ n: 1 }, { defaults: { n: 2, seed: 3, top_k: 4 } })).toEqual({
      n: 1,
      seed: 3,
      top_k: 4,
    });
  });

  it('sends one bound on the answer, whichever way the client spells it', () => {
    expect(send({ max_completion_tokens: 9 }, { defaults: { max_tokens: 5 } })).toEqual({
      max_completion_tokens: 9,
    });
    expect(send({}, { defaults: { max_tokens: 5 } })).toEqual({ max_tokens: 5 });
  });
});

describe('UpstreamBody with an extra body', () => {
  it('puts it over the body at the top level, as the OpenAI SDK does', () => {
    const extraBody = { provider: { sort: 'price' }, temperature: 0 };
    expect(send({ temperature: 1, provider: { only: ['x'] } }, { extraBody })).toEqual({
      provider: { sort: 'price' },
      temperature: 0,
    });
  });

  it('never raises a bound that a budget was set aside for', () => {
    const body = renderCappedBody(
      parseClientBody(Buffer.from('{"model":"a","messages":[]}'), null),
      10,
    );
    const bodies = new UpstreamBody({ ...PLAIN_BODY, extraBody: { max_completion_tokens: 999 } });
    const sent = bodies.render(body, { providerModel: 'm', usageEvent: 'as-asked' }).toString();
    expect(JSON.parse(sent)).toMatchObject({ max_completion_tokens: 10 });
  });
});

describe('UpstreamBody and metadata', () => {
  it.each([
    ['without store', { metadata: { k: 'v' } }, {}],
    [
      'that OpenAI is to store',
      { metadata: { k: 'v' }, store: true },
      { metadata: { k: 'v' }, store: true },
    ],
    [
      'in part for LiteLLM',
      { metadata: { tags: ['x'], k: 'v', n: 1 }, store: true },
      { metadata: { k: 'v' }, store: true },
    ],
    ['for LiteLLM alone', { metadata: { tags: ['x'] }, store: true }, { store: true }],
    ['of nothing', { metadata: null }, { metadata: null }],
  ])('treats metadata %s as its master does', (_name, fields, sent) => {
    expect(send(fields)).toEqual(sent);
  });
});

describe('UpstreamBody and parameters that a model does not take', () => {
  const REASONING = { temperature: 0.2, top_p: 0.5, max_tokens: 8, seed: 1 };

  it('drops them where the deployment or the client says so', () => {
    const fitted = { max_completion_tokens: 8, seed: 1 };
    expect(send(REASONING, { model: 'o3', unsupported: 'dropped' })).toEqual(fitted);
    expect(send({ ...REASONING, drop_params: true }, { model: 'o3' })).toEqual(fitted);
  });

  it('sends them where nobody wants them dropped, under the names that the model knows', () => {
    expect(send(REASONING, { model: 'o3' })).toEqual({
      temperature: 0.2,
      top_p: 0.5,
      max_completion_tokens: 8,
      seed: 1,
    });
  });

  it('sends what is allowed by name, by the deployment or by the client', () => {
    const parts = { model: 'o3', unsupported: 'dropped' } as const;
    expect(send({ top_p: 0.5 }, { ...parts, allowedParams: ['top_p'] })).toEqual({ top_p: 0.5 });
    expect(send({ top_p: 0.5, stop: 'x', allowed_openai_params: ['top_p'] }, parts)).toEqual({
      top_p: 0.5,
      stop: 'x',
    });
    expect(send({ top_p: 0.5 }, parts)).toEqual({});
  });

  it('drops defaults of the deployment, too', () => {
    const parts = { model: 'gpt-5', unsupported: 'dropped', defaults: { top_p: 1 } } as const;
    expect(send({}, parts)).toEqual({});
  });

  it('goes by the model behind the name of a deployment', () => {
    const parts = { model: 'my-deployment', unsupported: 'dropped' } as const;
    expect(send({ top_p: 1 }, parts)).toEqual({ top_p: 1 });
    expect(send({ top_p: 1 }, { ...parts, baseModel: 'azure/o3' })).toEqual({});
  });

  it('drops what the deployment names, at any depth, and never what the gateway decides', () => {
    const tools = [{ type: 'function', function: { name: 'f', strict: true } }];
    const droppedPaths = ['user', 'tools[*].function.strict', 'model', 'messages', 'stream'];
    expect(send({ user: 'u', tools, stream: true }, { droppedPaths })).toEqual({
      stream: true,
      tools: [{ type: 'function', function: { name: 'f' } }],
    });
  });
});

describe('UpstreamBody where the usage is asked for', () => {
  const ASKED = { include_usage: true };
  const added = { usageEvent: 'added' } as const;

  it('adds the question and leaves every other byte as it came', () => {
    expect(translate(' { "messages":[], "model":"a", "stream": true, "x": 1.0 }', added)).toBe(
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
    expect(JSON.parse(translate(text, added))).toMatchObject({ stream_options: expected });
  });

  it('asks also where the body is written anew', () => {
    expect(send({ stream: true }, { ...added, defaults: { seed: 1 } })).toMatchObject({
      stream_options: ASKED,
    });
  });

  it.each([
    '{"model":"a","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
    '{"model":"a","messages":[],"stream":true,"stream_options":"wrong"}',
    '{"model":"a","messages":[]}',
  ])('leaves %s as it is', (text) => {
    expect(translate(text, added)).toBe(text.replace('"a"', '"upstream"'));
  });
});
