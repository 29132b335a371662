import OpenAI from 'openai';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

describe('the official OpenAI SDK against the gateway', () => {
  let provider: FakeProvider;
  let gateway: TestGateway;
  let client: OpenAI;
  const messages = [{ role: 'user' as const, content: 'Hello' }];

  beforeAll(async () => {
    provider = await startFakeProvider((request) => {
      if (request.body.includes('cut')) {
        return {
          kind: 'stream',
          chunks: completionChunks(['Hel']).slice(0, 1),
          end: 'reset',
          gapMs: 20,
        };
      }
      return request.body.includes('"stream":true')
        ? { kind: 'stream', chunks: completionChunks(['Hel', 'lo']) }
        : { kind: 'json', body: completion('Hello') };
    });
    gateway = await startTestGateway(
      gatewayConfig([deployment({ id: 'first', apiBase: provider.url })]),
    );
    client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  });

  afterAll(async () => {
    await gateway.gateway.kill();
    await provider.stop();
  });

  it('reads a completion', async () => {
    const answer = await client.chat.completions.create({ model: 'gpt-4o', messages });
    expect(answer.choices[0]?.message.content).toBe('Hello');
    expect(answer.model).toBe('gpt-4o');
  });

  it('reads a stream to its end', async () => {
    const stream = await client.chat.completions.create({ ...HELLO, messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello');
  });

  it('reports a stream that is cut as an error', async () => {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'cut' }],
      stream: true,
    });
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    };
    await expect(read()).rejects.toThrow('the provider closed the connection');
  });

  it('reports a wrong key as such', async () => {
    const stranger = new OpenAI({ apiKey: 'sk-no', baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it('lists the models', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['gpt-4o']);
  });
});
