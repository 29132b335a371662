import OpenAI from 'openai';
import { parseGatewayConfig } from '../../../lib/config';
import {
  ANTHROPIC_KEY,
  messageOf,
  refuse,
  startAnthropicServer,
  streamOf,
} from '../../support/vendors/anthropic-server';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const MODEL = 'claude-sonnet-4';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

describe('a deployment of Anthropic', () => {
  const running: { stop(): Promise<void> }[] = [];
  let script: Script;
  let anthropic: FakeProvider;
  let openai: FakeProvider;
  let gateway: TestGateway;
  let client: OpenAI;

  beforeEach(async () => {
    script = messageOf([{ type: 'text', text: 'Hi' }]);
    anthropic = await startAnthropicServer(() => script);
    openai = await startFakeProvider(({ body }) =>
      body.includes('"stream":true')
        ? { kind: 'stream', chunks: completionChunks(['from OpenAI']) }
        : { kind: 'json', body: completion('from OpenAI') },
    );
    const deployment = (name: string, model: string, params: object): object => ({
      model_name: name,
      model_info: { id: name },
      litellm_params: { model, ...params },
    });
    const file = {
      model_list: [
        deployment(MODEL, 'anthropic/claude-sonnet-4-20250514', {
          api_base: anthropic.url,
          api_key: ANTHROPIC_KEY,
        }),
        deployment('gpt-4o', 'openai/gpt-4o', { api_base: openai.url, api_key: 'sk-openai' }),
      ],
      router_settings: { num_retries: 0, fallbacks: [{ [MODEL]: ['gpt-4o'] }] },
    };
    gateway = await startTestGateway(parseGatewayConfig(JSON.stringify(file), { environment: {} }));
    running.push(anthropic, openai, { stop: () => gateway.gateway.stop() });
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: TEST_KEY, maxRetries: 0 });
  });

  afterEach(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  });

  it("answers OpenAI's client", async () => {
    const answer = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(answer).toMatchObject({
      id: 'msg_1',
      object: 'chat.completion',
      model: MODEL,
      choices: [{ message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 1000,
        completion_tokens: 10,
        prompt_tokens_details: { cached_tokens: 900 },
      },
    });
  });

  it('prices what was read from the cache as Anthropic does', async () => {
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES });
    // Per million: 3 dollars for the prompt, 0.3 for what is cached of it, 15 for the answer.
    const dollars = (100 * 3 + 900 * 0.3 + 10 * 15) / 1e6;
    expect(Number(response.headers.get('x-litellm-response-cost'))).toBeCloseTo(dollars, 9);
  });

  it('streams', async () => {
    script = { kind: 'stream', chunks: streamOf(['Hello', ', ', 'Grüße 👋']) };
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let used: unknown = null;
    for await (const { choices, usage, model } of stream) {
      expect(model).toBe(MODEL);
      text += choices[0]?.delta.content ?? '';
      used = usage ?? used;
    }
    expect(text).toBe('Hello, Grüße 👋');
    expect(used).toMatchObject({ prompt_tokens: 1000, completion_tokens: 10 });
  });

  it('plays a whole conversation with tools, images and a given form', async () => {
    const weather = { type: 'object', properties: { city: { type: 'string' } } };
    script = messageOf(
      [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bern' } }],
      'tool_use',
    );
    const tools = [
      { type: 'function' as const, function: { name: 'weather', parameters: weather } },
    ];
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,QUJD' } };
    const first = {
      role: 'user' as const,
      content: [{ type: 'text' as const, text: 'Here?' }, image],
    };
    const called = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'system', content: 'Be brief.' }, first],
      tools,
      tool_choice: 'auto',
      parallel_tool_calls: false,
    });
    const said = called.choices[0]?.message;
    expect(said?.tool_calls).toHaveLength(1);
    script = messageOf(
      [{ type: 'tool_use', id: 'toolu_2', name: 'json_tool_call', input: { a: 1 } }],
      'tool_use',
    );
    const answered = await client.chat.completions.create({
      model: MODEL,
      messages: [
        first,
        ...(said === undefined ? [] : [said]),
        { role: 'tool', tool_call_id: 'toolu_1', content: 'sunny' },
      ],
      tools,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: weather } },
    });
    expect(answered.choices[0]).toMatchObject({
      message: { content: '{"a":1}' },
      finish_reason: 'stop',
    });
    expect(openai.seen).toEqual([]);
  });

  it.each([
    ['is overloaded', refuse(529, 'overloaded_error', 'Overloaded')],
    ['limits its rate', refuse(429, 'rate_limit_error', 'This request would exceed your limit')],
    ['refuses the key', refuse(401, 'authentication_error', 'invalid x-api-key')],
    ['breaks', refuse(500, 'api_error', 'Internal server error')],
    ['says no word', { kind: 'reset' } as const],
    [
      'is overloaded before its first word',
      {
        kind: 'stream',
        chunks: [
          ...streamOf([]).slice(0, 2),
          'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
        ],
      } as const,
    ],
    [
      'breaks off before its first word',
      { kind: 'stream', chunks: streamOf([]).slice(0, 3), end: 'reset' } as const,
    ],
  ])('falls back when Anthropic %s', async (_what, failing) => {
    script = failing;
    const stream = failing.kind === 'stream';
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES, stream });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-litellm-model-id')).toBe('gpt-4o');
    expect(anthropic.seen).toHaveLength(1);
  });

  it('tells that a stream broke off in the middle', async () => {
    script = { kind: 'stream', chunks: streamOf(['one', 'two']).slice(0, 4), end: 'end' };
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES, stream: true });
    const text = await response.text();
    expect(text).toContain('one');
    expect(text).not.toContain('[DONE]');
    expect(text).toContain('provider_stream_cut');
  });

  it('tells a prompt that is too long from a request that is wrong', async () => {
    const ask = async (message: string): Promise<unknown> => {
      script = refuse(400, 'invalid_request_error', message);
      const body = { model: MODEL, messages: MESSAGES, disable_fallbacks: true };
      const response = await gateway.chat(body);
      return [response.status, ((await response.json()) as { readonly error: unknown }).error];
    };
    const tooLong = 'prompt is too long: 210000 tokens > 200000 maximum';
    expect(await ask(tooLong)).toMatchObject([400, { message: tooLong, code: '400' }]);
    expect(await ask('max_tokens: 0')).toMatchObject([400, { message: 'max_tokens: 0' }]);
    expect(openai.seen).toEqual([]);
  });

  it('rejects a parameter that Anthropic does not have, and asks nobody', async () => {
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES, seed: 5 });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        message:
          'seed is a parameter that Anthropic does not have; leave out what it cannot do, or send drop_params: true',
        param: 'seed',
      },
    });
    expect(anthropic.seen).toEqual([]);
  });

  it('drops it where the client says so', async () => {
    const body = { model: MODEL, messages: MESSAGES, seed: 5, drop_params: true };
    expect((await gateway.chat(body)).status).toBe(200);
  });
});
