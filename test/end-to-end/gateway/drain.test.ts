import {
  completion,
  completionChunks,
  shownChunks,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';
import type { Environment } from '../../../runtime/settings';

describe('a draining gateway', () => {
  let provider: FakeProvider;
  let gateway: TestGateway;

  async function start(script: Script, environment: Environment): Promise<void> {
    provider = await startFakeProvider(() => script);
    gateway = await startTestGateway(
      gatewayConfig([deployment({ id: 'first', apiBase: provider.url })]),
      { environment },
    );
  }

  afterEach(async () => {
    await gateway.gateway.kill();
    await provider.stop();
  });

  it('lets an open stream finish and takes no new connection', async () => {
    const chunks = completionChunks(['a', 'b', 'c', 'd']);
    await start({ kind: 'stream', chunks, gapMs: 30 }, {});
    const response = await gateway.chat({ ...HELLO, stream: true });

    const stopped = gateway.gateway.stop();

    await expect(fetch(`${gateway.url}/metrics`)).rejects.toThrow();
    expect(await response.text()).toBe(shownChunks(chunks));
    await stopped;
  });

  it('tells a stream that outlasts the drain that it is going away', async () => {
    const [first = ''] = completionChunks(['a']);
    await start(
      { kind: 'stream', chunks: [first], end: 'hang' },
      { GRACEFUL_SHUTDOWN_TIMEOUT: '0.1' },
    );
    const response = await gateway.chat({ ...HELLO, stream: true });

    const [text] = await Promise.all([response.text(), gateway.gateway.stop()]);

    expect(text).toBe(
      `${shownChunks([first])}\ndata: {"error":{"message":"this gateway is shutting down; send the request again",` +
        '"type":"service_unavailable_error","param":null,"code":"503","gateway_code":"gateway_draining"}}\n\n',
    );
    await (
      await provider.request(0)
    ).abandoned;
  });

  it('answers 503 to a request that outlasts the drain', async () => {
    await start({ kind: 'hang' }, { GRACEFUL_SHUTDOWN_TIMEOUT: '0.1' });
    const answering = gateway.chat(HELLO);
    await provider.request(0);
    const [response] = await Promise.all([answering, gateway.gateway.stop()]);
    expect(response.status).toBe(503);
  });

  it('fails its probes first and keeps serving until the load balancers know', async () => {
    await start(
      { kind: 'json', body: completion('Hi') },
      { LITELLM_HA_PROPAGATION_SECONDS: '0.3', LITELLM_HA_REGION: 'eu-west' },
    );
    const stopped = gateway.gateway.stop();

    const [ready, region, live, chat] = await Promise.all([
      gateway.get('/health/readiness'),
      gateway.get('/health/region'),
      gateway.get('/health/liveliness'),
      gateway.chat(HELLO),
    ]);

    expect([ready.status, region.status, live.status, chat.status]).toEqual([503, 503, 200, 200]);
    expect(await ready.json()).toEqual({ status: 'draining', litellm_version: '0.1.0' });
    expect(chat.headers.get('connection')).toBe('close');
    expect(chat.headers.get('x-gateway-region')).toBe('eu-west');
    await stopped;
  });

  it('answers the drain route once nothing is in flight', async () => {
    await start({ kind: 'json', body: completion('Hi'), delayMs: 100 }, {});
    const chat = gateway.chat(HELLO);
    await provider.request(0);
    const drained = await gateway.get('/health/drain');
    expect(await drained.json()).toEqual({ status: 'drained', in_flight_requests: 0 });
    expect((await chat).status).toBe(200);
    expect((await gateway.get('/health/readiness')).status).toBe(503);
  });

  it('rejects a drain without the configured token', async () => {
    await start({ kind: 'hang' }, { DRAIN_ENDPOINT_TOKEN: 'secret' });
    const refused = await gateway.get('/health/drain', { 'x-drain-token': 'guess' });
    expect(refused.status).toBe(404);
    expect((await gateway.get('/health/readiness')).status).toBe(200);
    const taken = await gateway.get('/health/drain', { 'x-drain-token': 'secret' });
    expect(taken.status).toBe(200);
  });
});
