import {
  completion,
  completionChunks,
  shownChunks,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway, TEST_KEY } from '../../support/test-gateway';
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
    const drained = await gateway.send('POST', '/health/drain');
    expect(await drained.json()).toEqual({ status: 'drained', in_flight_requests: 0 });
    expect((await chat).status).toBe(200);
    expect((await gateway.get('/health/readiness')).status).toBe(503);
  });

  it('takes a drain back', async () => {
    await start({ kind: 'hang' }, {});
    const left = new AbortController();
    const chat = gateway.chat(HELLO, {}, left.signal).catch(() => 'left');
    await provider.request(0);
    const draining = gateway.send('POST', '/health/drain');
    while ((await gateway.get('/health/readiness')).status !== 503);
    const serving = { status: 'serving', in_flight_requests: 1 };
    expect(await (await gateway.send('DELETE', '/health/drain')).json()).toEqual(serving);
    expect(await (await draining).json()).toEqual(serving);
    expect((await gateway.get('/health/readiness')).status).toBe(200);
    left.abort();
    await chat;
  });

  it('rejects to take back that the gateway stops', async () => {
    await start({ kind: 'hang' }, { LITELLM_HA_PROPAGATION_SECONDS: '0.3' });
    const stopped = gateway.gateway.stop();
    const refused = await gateway.send('DELETE', '/health/drain');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      error: {
        gateway_code: 'gateway_draining',
        message:
          'this gateway is stopping, which cannot be taken back; another one has to be started',
      },
    });
    await stopped;
  });

  const TOKEN = 'drain-0123456789';

  it.each([
    ['nothing', { authorization: '' }, 401],
    ['a wrong token', { 'x-drain-token': 'guess' }, 401],
    ['the master key as token', { 'x-drain-token': TEST_KEY }, 401],
    ['a blank token', { authorization: '', 'x-drain-token': ' ' }, 401],
    ['a wrong key', { authorization: 'Bearer sk-wrong' }, 401],
    ['the token as key', { authorization: `Bearer ${TOKEN}` }, 401],
    ['the token', { authorization: '', 'x-drain-token': TOKEN }, 200],
    ['the master key', {}, 200],
  ])('answers a drain with %s from loopback: %o with %i', async (_name, headers, status) => {
    await start({ kind: 'hang' }, { DRAIN_ENDPOINT_TOKEN: TOKEN });
    expect((await gateway.send('DELETE', '/health/drain', headers)).status).toBe(status);
    expect((await gateway.send('POST', '/health/drain', headers)).status).toBe(status);
    expect((await gateway.get('/health/readiness')).status).toBe(status === 200 ? 503 : 200);
  });

  it('rejects every drain token where none is set', async () => {
    await start({ kind: 'hang' }, {});
    for (const token of ['null', 'undefined', '']) {
      const headers = { authorization: '', 'x-drain-token': token };
      expect((await gateway.send('POST', '/health/drain', headers)).status).toBe(401);
    }
  });

  it('rejects a drain of a gateway that has neither token nor master key', async () => {
    await start({ kind: 'hang' }, { LITELLM_MASTER_KEY: '' });
    const refused = await gateway.send('POST', '/health/drain', { authorization: '' });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      error: {
        gateway_code: 'permission_denied',
        message:
          'draining takes the master key, or in X-Drain-Token the token of DRAIN_ENDPOINT_TOKEN; ' +
          'set one of the two and send it',
      },
    });
  });

  it('rejects the right token, too, after twenty wrong ones', async () => {
    await start({ kind: 'hang' }, { DRAIN_ENDPOINT_TOKEN: TOKEN });
    for (let index = 0; index < 20; index += 1) {
      await gateway.send('POST', '/health/drain', { 'x-drain-token': `guess-${index}` });
    }
    const refused = await gateway.send('POST', '/health/drain', { 'x-drain-token': TOKEN });
    expect(refused.status).toBe(429);
    expect((await gateway.get('/health/readiness')).status).toBe(200);
  });

  it.each(['GET', 'PUT'])('rejects the method %s and says which there are', async (method) => {
    await start({ kind: 'hang' }, {});
    const refused = await gateway.send(method, '/health/drain');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
    expect((await gateway.get('/health/readiness')).status).toBe(200);
  });
});
