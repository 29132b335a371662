import { parseGatewayConfig } from '../../../lib/config';
import {
  ANTHROPIC_KEY,
  messageOf,
  startAnthropicServer,
  streamOf,
} from '../../support/vendors/anthropic-server';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const MODEL = 'claude-sonnet-4';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

describe('a deployment of Anthropic', () => {
  const running: { stop(): Promise<void> }[] = [];
  let script: Script;
  let anthropic: FakeProvider;
  let openai: FakeProvider;
  let gateway: TestGateway;

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
  });

  afterEach(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  });

  it('prices what was read from the cache as Anthropic does', async () => {
    const response = await gateway.chat({ model: MODEL, messages: MESSAGES });
    // Per million: 3 dollars for the prompt, 0.3 for what is cached of it, 15 for the answer.
    const dollars = (100 * 3 + 900 * 0.3 + 10 * 15) / 1e6;
    expect(Number(response.headers.get('x-litellm-response-cost'))).toBeCloseTo(dollars, 9);
  });

  it.each([
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
