import { connect } from 'node:net';
import type { LoopLag } from '../../../runtime/admission/loop-lag';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

/** How busy the test says the process is. */
class SaidLag implements LoopLag {
  ms = 0;
  readMs = (): number => this.ms;
  stop = (): void => undefined;
}

describe('a gateway with more requests than it can serve', () => {
  let provider: FakeProvider;
  let gateway: TestGateway;
  const lag = new SaidLag();
  const open: Promise<Response>[] = [];

  const start = async (mostInFlight: number | null): Promise<void> => {
    const config = gatewayConfig([deployment({ id: 'only', apiBase: provider.url })]);
    gateway = await startTestGateway(
      { ...config, general: { ...config.general, mostInFlight } },
      { loopLag: lag },
    );
  };

  /** So many requests stay in flight until the gateway ends. */
  const occupy = async (count: number): Promise<void> => {
    const before = provider.seen.length;
    for (let index = 0; index < count; index += 1) {
      open.push(gateway.chat({ ...HELLO, user: 'waits' }));
    }
    await provider.request(before + count - 1);
  };

  beforeEach(async () => {
    lag.ms = 0;
    provider = await startFakeProvider((request) =>
      request.body.includes('waits') ? { kind: 'hang' } : { kind: 'json', body: completion('Hi') },
    );
  });

  afterEach(async () => {
    await gateway.gateway.kill();
    await provider.stop();
    await Promise.allSettled(open.splice(0));
  });

  it('answers 503 with a time to come back, and does not ask the provider', async () => {
    await start(2);
    await occupy(2);
    const response = await gateway.chat(HELLO);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({
      error: {
        message:
          'this gateway serves as many requests as it can; send the request again a little later',
        type: 'service_unavailable_error',
        param: null,
        code: '503',
        gateway_code: 'gateway_overloaded',
      },
    });
    expect(provider.seen).toHaveLength(2);
    const metrics = await (await gateway.get('/metrics')).text();
    expect(metrics).toContain('litellm_ha_concurrency_limit 2\n');
    expect(metrics).toContain('litellm_ha_shed_requests_total{priority="high"} 1\n');
    expect(metrics).toContain('litellm_requests_total{status="gateway_overloaded"} 1\n');
  });

  it('sheds within ten milliseconds', async () => {
    await start(1);
    await occupy(1);
    for (let count = 0; count < 50; count += 1) await (await gateway.chat(HELLO)).text();
    await gateway.gateway.kill();
    const durations = gateway
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly outcome: string; readonly durationMs: number })
      .filter(({ outcome }) => outcome === 'gateway_overloaded')
      .map(({ durationMs }) => durationMs)
      .sort((a, b) => a - b);
    expect(durations).toHaveLength(50);
    expect(durations[45]).toBeLessThan(10);
  });

  it('sheds before it has read the body', async () => {
    await start(1);
    await occupy(1);
    const { hostname, port } = new URL(gateway.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname);
      // Nine megabytes are announced and none is sent.
      socket.write(
        'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n',
      );
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('serves the more important requests longer, by header and by body', async () => {
    await start(4);
    await occupy(3);
    expect((await gateway.chat(HELLO, { 'x-litellm-priority': '10' })).status).toBe(503);
    expect((await gateway.chat({ ...HELLO, priority: 10 })).status).toBe(503);
    expect((await gateway.chat({ ...HELLO, priority: 0 })).status).toBe(200);
    const urgent = await gateway.chat({ ...HELLO, priority: 10 }, { 'x-litellm-priority': '0' });
    expect(urgent.status).toBe(200);
    expect((await gateway.chat(HELLO)).status).toBe(200);
  });

  it('never sheds its probes and metrics', async () => {
    await start(1);
    await occupy(1);
    for (const path of ['/health/liveness', '/health/readiness', '/metrics', '/v1/models']) {
      expect((await gateway.get(path)).status).toBe(200);
    }
  });

  it('takes less while its event loop lags, and more again afterwards', async () => {
    await start(null);
    await occupy(120);
    expect((await gateway.chat(HELLO)).status).toBe(200);
    lag.ms = 400;
    while ((await gateway.chat(HELLO)).status === 200);
    expect(await (await gateway.get('/metrics')).text()).toContain(
      'litellm_ha_event_loop_lag_seconds 0.4\n',
    );
    lag.ms = 0;
    while ((await gateway.chat(HELLO)).status !== 200);
  });

  it('gives the place back however a request ends', async () => {
    await start(1);
    expect((await gateway.chat('{')).status).toBe(400);
    expect((await gateway.chat(HELLO, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await gateway.chat({ ...HELLO, model: 'nobody' })).status).toBe(400);
    const leaving = new AbortController();
    const left = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test-master' },
      body: JSON.stringify({ ...HELLO, user: 'waits' }),
      signal: leaving.signal,
    });
    const { abandoned } = await provider.request(0);
    leaving.abort();
    await expect(left).rejects.toThrow();
    await abandoned;
    expect((await gateway.chat(HELLO)).status).toBe(200);
  });
});
