import OpenAI from 'openai';
import { parseGatewayConfig } from '../../../lib/config';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';
import { REFUSALS, USED } from './vendor';
import type { Refusal, Saying } from './vendor';
import { VENDORS } from './vendors';

const MODEL = 'the-model';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const WEATHER = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Where' } },
  required: ['city'],
};
const TOOLS = [
  {
    type: 'function' as const,
    function: { name: 'weather', description: 'Tells it', parameters: WEATHER },
  },
];
const IMAGE = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,QUJD' } };
const CALLS: Saying = {
  calls: ['Bern', 'Zürich'].map((city, at) => ({
    id: `call_${at}`,
    name: 'weather',
    args: { city },
  })),
};
const TOKENS = {
  prompt_tokens: USED.fresh + USED.cached,
  completion_tokens: USED.completion,
  total_tokens: USED.fresh + USED.cached + USED.completion,
  prompt_tokens_details: { cached_tokens: USED.cached },
};

/** What every refusal is for the client. */
const OUTCOMES: Readonly<
  Record<Refusal, { readonly status: readonly number[]; readonly code: string }>
> = {
  'bad request': { status: [400], code: 'provider_bad_request' },
  'wrong key': { status: [401], code: 'provider_authentication' },
  'no permission': { status: [403], code: 'provider_permission' },
  'unknown model': { status: [404], code: 'provider_not_found' },
  'prompt too long': { status: [400], code: 'provider_context_window' },
  'rate limit': { status: [429], code: 'provider_rate_limit' },
  // Anthropic has a status of its own for it, which its clients know.
  overloaded: { status: [503, 529], code: 'provider_unavailable' },
  broken: { status: [500], code: 'provider_internal' },
};

describe.each(VENDORS)('a deployment of $name', (vendor) => {
  const running: { stop(): Promise<void> }[] = [];
  let script: Script;
  let provider: FakeProvider;
  let other: FakeProvider;
  let gateway: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    provider = await vendor.start(() => script);
    other = await startFakeProvider(({ body }) =>
      body.includes('"stream":true')
        ? { kind: 'stream', chunks: completionChunks(['from another']) }
        : { kind: 'json', body: completion('from another') },
    );
    const file = {
      model_list: [
        {
          model_name: MODEL,
          model_info: { id: MODEL },
          litellm_params: vendor.params(provider.url),
        },
        {
          model_name: 'other',
          model_info: { id: 'other' },
          litellm_params: { model: 'openai/gpt-4o', api_base: other.url, api_key: 'sk-other' },
        },
      ],
      router_settings: {
        num_retries: 0,
        disable_cooldowns: true,
        fallbacks: [{ [MODEL]: ['other'] }],
        context_window_fallbacks: [{ [MODEL]: ['other'] }],
      },
    };
    const config = parseGatewayConfig(JSON.stringify(file), { environment: {} });
    gateway = await startTestGateway(config, { credentials: vendor.credentials });
    running.push(provider, other, { stop: () => gateway.gateway.stop() });
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: TEST_KEY, maxRetries: 0 });
  });

  beforeEach(() => {
    script = vendor.answer({ words: ['Hi'] });
  });

  afterAll(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  });

  it("answers OpenAI's client, and tells what was used", async () => {
    const answer = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: MODEL,
      choices: [{ message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: TOKENS,
    });
  });

  it('streams word by word, and ends with what was used', async () => {
    script = vendor.stream({ words: ['Hello', ', ', 'Grüße 👋'] });
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      stream: true,
      stream_options: { include_usage: true },
    });
    const words: string[] = [];
    let used: unknown = null;
    for await (const { choices, usage, model } of stream) {
      expect(model).toBe(MODEL);
      if (choices[0]?.delta.content) words.push(choices[0].delta.content);
      used = usage ?? used;
    }
    expect(words).toEqual(['Hello', ', ', 'Grüße 👋']);
    expect(used).toMatchObject(TOKENS);
  });

  it('plays a conversation with an image, two tools at once, and what they answered', async () => {
    script = vendor.answer(CALLS);
    const first = {
      role: 'user' as const,
      content: [{ type: 'text' as const, text: 'Here?' }, IMAGE],
    };
    const called = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'system', content: 'Be brief.' }, first],
      tools: TOOLS,
      tool_choice: 'auto',
      max_tokens: 50,
      temperature: 0.5,
    });
    expect(called.choices[0]?.finish_reason).toBe('tool_calls');
    const said = called.choices[0]?.message;
    const calls = said?.tool_calls ?? [];
    expect(calls.map((call) => call.type === 'function' && call.function)).toEqual([
      { name: 'weather', arguments: '{"city":"Bern"}' },
      { name: 'weather', arguments: '{"city":"Zürich"}' },
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);

    script = vendor.answer({ words: ['Sunny'] });
    const answered = await client.chat.completions.create({
      model: MODEL,
      messages: [
        first,
        { role: 'assistant', content: null, tool_calls: calls },
        ...calls.map(({ id }) => ({
          role: 'tool' as const,
          tool_call_id: id,
          content: 'sunny',
        })),
      ],
      tools: TOOLS,
    });
    expect(answered.choices[0]?.message.content).toBe('Sunny');
    expect(other.seen).toEqual([]);
  });

  it('streams two tools at once', async () => {
    script = vendor.stream({ words: ['Let me see.'], ...CALLS });
    const stream = client.chat.completions.stream({
      model: MODEL,
      messages: MESSAGES,
      tools: TOOLS,
    });
    const { message, finish_reason: reason } =
      (await stream.finalChatCompletion()).choices[0] ?? {};
    expect(reason).toBe('tool_calls');
    expect(message?.content).toBe('Let me see.');
    expect(message?.tool_calls?.map((call) => call.type === 'function' && call.function)).toEqual([
      expect.objectContaining({ name: 'weather', arguments: '{"city":"Bern"}' }),
      expect.objectContaining({ name: 'weather', arguments: '{"city":"Zürich"}' }),
    ]);
  });

  it('answers in the form that is asked for', async () => {
    script = vendor.give({ city: 'Bern' });
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: WEATHER } },
    });
    const [choice] = answer.choices;
    expect(JSON.parse(choice?.message.content ?? '')).toEqual({ city: 'Bern' });
    expect(choice?.finish_reason).toBe('stop');
  });

  it('shows thoughts apart from the answer', async () => {
    const saying = { thought: 'Hm', words: ['Hi'] };
    const body = { model: MODEL, messages: MESSAGES };
    script = vendor.answer(saying);
    const answer = (await (await gateway.chat(body)).json()) as OpenAI.ChatCompletion;
    expect(answer.choices[0]?.message).toMatchObject({ content: 'Hi', reasoning_content: 'Hm' });

    script = vendor.stream(saying);
    const told = await (await gateway.chat({ ...body, stream: true })).text();
    expect(told).toContain('"reasoning_content":"Hm"');
    expect(told).toContain('"content":"Hi"');
  });

  describe.each(REFUSALS)('that refuses for a reason: %s', (refusal) => {
    const { status, code } = OUTCOMES[refusal];

    it(`answers ${status.join(' or ')} ${code}`, async () => {
      script = vendor.refusals[refusal];
      const body = { model: MODEL, messages: MESSAGES, disable_fallbacks: true };
      const response = await gateway.chat(body);
      const { error } = (await response.json()) as { readonly error: object };
      expect(status).toContain(response.status);
      expect(error).toMatchObject({ gateway_code: code });
      expect(JSON.stringify(error)).not.toContain(vendor.secret);
      // Bedrock tells nobody how long to wait.
      const tellsPatience = refusal === 'rate limit' && !vendor.name.startsWith('Bedrock');
      expect(response.headers.get('retry-after')).toBe(tellsPatience ? '7' : null);
    });

    it('asks another model', async () => {
      script = vendor.refusals[refusal];
      for (const stream of [false, true]) {
        const response = await gateway.chat({ model: MODEL, messages: MESSAGES, stream });
        await response.text();
        expect([response.status, response.headers.get('x-litellm-model-id')]).toEqual([
          200,
          'other',
        ]);
      }
    });
  });

  it.each(['reset', 'end'] as const)(
    'asks another model when the stream breaks off before its first word: %s',
    async (end) => {
      const whole = vendor.stream({ words: ['one'] });
      script = { ...whole, chunks: [whole.chunks[0]?.slice(0, 3) ?? ''], end };
      const response = await gateway.chat({ model: MODEL, messages: MESSAGES, stream: true });
      expect(await response.text()).toContain('from another');
    },
  );

  it.each(['reset', 'end'] as const)(
    'never lets a stream look whole that breaks off: %s',
    async (end) => {
      const whole = vendor.stream({ words: ['one', 'two', 'three', 'four', 'five', 'six'] });
      const until = whole.chunks.length >> 1;
      script = { ...whole, chunks: whole.chunks.slice(0, until), gapMs: 5, end };
      const response = await gateway.chat({ model: MODEL, messages: MESSAGES, stream: true });
      const text = await response.text();
      expect(text).toContain('one');
      expect(text).not.toContain('[DONE]');
      expect(text).toContain('provider_stream_cut');
    },
  );

  it('is found healthy by a check, and unhealthy when its key is refused', async () => {
    const check = async (): Promise<readonly string[]> => {
      const { healthy_endpoints: healthy } = (await (await gateway.get('/health')).json()) as {
        readonly healthy_endpoints: readonly { readonly model_id?: string }[];
      };
      return healthy.map(({ model_id: id }) => id ?? '').sort();
    };
    expect(await check()).toEqual(['other', MODEL]);
    script = vendor.refusals['wrong key'];
    expect(await check()).toEqual(['other']);
  });

  it('shows its credentials nowhere but in headers', async () => {
    const before = provider.seen.length;
    const told = await (await gateway.chat({ model: MODEL, messages: MESSAGES })).text();
    const { path, body } = await provider.request(before);
    expect(path + body + told + gateway.log()).not.toContain(vendor.secret);
  });
});
