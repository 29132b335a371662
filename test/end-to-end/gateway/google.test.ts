import OpenAI from 'openai';
import { parseGatewayConfig } from '../../../lib/config';
import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';
import {
  answerOf,
  GEMINI_KEY,
  refuse,
  startGoogleServer,
  VERTEX_TOKEN,
} from '../../support/vendors/google-server';

const MODEL = 'gemini-2.5-flash';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const BLOCKED = { kind: 'json', body: { promptFeedback: { blockReason: 'SAFETY' } } } as const;

/** The same promises for both addresses of Google. */
describe.each([
  {
    name: 'Gemini',
    paths: /^\/v1beta\/models\/gemini-2\.5-flash:(generateContent|streamGenerateContent\?alt=sse)$/,
    params: (url: string) => ({
      model: `gemini/${MODEL}`,
      api_base: `${url}/v1beta`,
      api_key: GEMINI_KEY,
    }),
  },
  {
    name: 'Vertex AI',
    paths:
      /^\/v1\/projects\/my-project\/locations\/europe-west1\/publishers\/google\/models\/gemini-2\.5-flash:(generateContent|streamGenerateContent\?alt=sse)$/,
    params: (url: string) => ({
      model: `vertex_ai/${MODEL}`,
      api_base: url,
      vertex_project: 'my-project',
      vertex_location: 'europe-west1',
      vertex_credentials: '/keys/google.json',
    }),
  },
])('a deployment of $name', ({ paths, params }) => {
  const running: { stop(): Promise<void> }[] = [];
  let script: Script;
  let token: () => Promise<string>;
  let google: FakeProvider;
  let openai: FakeProvider;
  let gateway: TestGateway;
  let client: OpenAI;

  beforeEach(async () => {
    script = answerOf([{ text: 'Hi' }]);
    token = () => Promise.resolve(VERTEX_TOKEN);
    google = await startGoogleServer(paths, () => script);
    openai = await startFakeProvider(({ body }) =>
      body.includes('"stream":true')
        ? { kind: 'stream', chunks: completionChunks(['from OpenAI']) }
        : { kind: 'json', body: completion('from OpenAI') },
    );
    const file = {
      model_list: [
        { model_name: MODEL, model_info: { id: MODEL }, litellm_params: params(google.url) },
        {
          model_name: 'gpt-4o',
          model_info: { id: 'gpt-4o' },
          litellm_params: { model: 'openai/gpt-4o', api_base: openai.url, api_key: 'sk-openai' },
        },
      ],
      router_settings: {
        num_retries: 0,
        fallbacks: [{ [MODEL]: ['gpt-4o'] }],
        content_policy_fallbacks: [{ [MODEL]: ['gpt-4o'] }],
      },
    };
    gateway = await startTestGateway(
      parseGatewayConfig(JSON.stringify(file), { environment: {} }),
      { credentials: { ...NO_CREDENTIALS, google: () => token() } },
    );
    running.push(google, openai, { stop: () => gateway.gateway.stop() });
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: TEST_KEY, maxRetries: 0 });
  });

  afterEach(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  });

  it("answers OpenAI's client, and prices what was cached and thought", async () => {
    const { data, response } = await client.chat.completions
      .create({ model: MODEL, messages: MESSAGES, max_tokens: 50 })
      .withResponse();
    expect(data).toMatchObject({
      id: 'answer-1',
      object: 'chat.completion',
      model: MODEL,
      choices: [{ message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 1000,
        completion_tokens: 10,
        total_tokens: 1010,
        prompt_tokens_details: { cached_tokens: 900 },
        completion_tokens_details: { reasoning_tokens: 6 },
      },
    });
    // Per million: 0.3 dollars for the prompt, 0.03 for what is cached of it, 2.5 for the answer.
    const dollars = (100 * 0.3 + 900 * 0.03 + 10 * 2.5) / 1e6;
    expect(Number(response.headers.get('x-litellm-response-cost'))).toBeCloseTo(dollars, 9);
  });

  it('plays a whole conversation with tools, images, thoughts and a given form', async () => {
    const weather = {
      type: 'object',
      properties: { city: { type: 'string', description: 'Where', format: 'city' } },
      additionalProperties: false,
    };
    const parts = ['Bern', 'Basel'].map((city) => ({
      functionCall: { name: 'weather', args: { city } },
      thoughtSignature: 'c2lnbmVk',
    }));
    script = answerOf(parts);
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
      tool_choice: 'required',
      reasoning_effort: 'low',
    });
    expect(called.choices[0]?.finish_reason).toBe('tool_calls');
    const said = called.choices[0]?.message;
    const calls = said?.tool_calls ?? [];
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    script = answerOf([{ text: '{"a":1}' }]);
    const answered = await client.chat.completions.create({
      model: MODEL,
      messages: [
        first,
        ...(said === undefined ? [] : [said]),
        ...calls.map(({ id }) => ({
          role: 'tool' as const,
          tool_call_id: id,
          content: 'sunny',
        })),
      ],
      tools,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: weather } },
    });
    expect(answered.choices[0]).toMatchObject({
      message: { content: '{"a":1}' },
      finish_reason: 'stop',
    });
    expect(google.seen[1]?.body).toContain('"thoughtSignature":"c2lnbmVk"');
    expect(openai.seen).toEqual([]);
  });

  it.each([
    ['refuses the key', refuse(400, 'INVALID_ARGUMENT', 'API key not valid.')],
    ['blocks the prompt', BLOCKED],
    ['flags its answer', answerOf([], 'PROHIBITED_CONTENT')],
    ['answers nothing', { kind: 'json', body: { usageMetadata: {} } } as const],
    ['says no word', { kind: 'reset' } as const],
    [
      'is overloaded before its first word',
      {
        kind: 'stream',
        chunks: ['data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\n\n'],
      } as const,
    ],
  ])('falls back when Google %s', async (_what, failing) => {
    script = failing;
    const stream = failing.kind === 'stream';
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES, stream });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-litellm-model-id')).toBe('gpt-4o');
    expect(google.seen).toHaveLength(1);
  });

  it('rejects a parameter that Google does not have, and asks nobody', async () => {
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES, prediction: {} });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'prediction' } });
    expect(google.seen).toEqual([]);
  });
});
