import { GATEWAY_METRICS, GATEWAY_PATHS } from '../../../lib/gateway-contract';
import { completion, providerError, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, SOUND_STATUS, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

describe('the contract between infrastructure and gateway', () => {
  let provider: FakeProvider;
  let gateway: TestGateway;

  beforeAll(async () => {
    provider = await startFakeProvider((_request, index) =>
      index === 0
        ? { kind: 'json', status: 500, body: providerError('boom') }
        : { kind: 'json', body: completion('Hi') },
    );
    const config = gatewayConfig([deployment({ id: 'first', apiBase: provider.url })], {
      retries: 0,
      allowedFails: 0,
    });
    gateway = await startTestGateway(
      { ...config, acceptedWithout: ['guardrails'] },
      { state: { status: SOUND_STATUS } },
    );
    await gateway.chat(HELLO);
    await gateway.chat(HELLO);
  });

  afterAll(async () => {
    await gateway.gateway.kill();
    await provider.stop();
  });

  it.each(Object.entries(GATEWAY_PATHS))('serves the %s path %s', async (name, path) => {
    const response =
      name === 'chatCompletions'
        ? await gateway.chat(HELLO)
        : await gateway.send(name === 'drain' ? 'POST' : 'GET', path);
    expect([200, 503]).toContain(response.status);
  });

  it.each(Object.values(GATEWAY_METRICS))('emits the metric %s', async (name) => {
    const text = await (await gateway.get('/metrics')).text();
    expect(text).toMatch(new RegExp(`^${name}(_bucket)?[{ ]`, 'm'));
  });
});
