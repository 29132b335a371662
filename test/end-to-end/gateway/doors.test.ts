import { connect } from 'node:net';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { GatewayProcesses, PROCESS_KEY, renderProcessConfig } from '../../support/gateway-process';
import type { GatewayProcess } from '../../support/gateway-process';

describe('what a stranger can do to the gateway as a process', () => {
  const processes = new GatewayProcesses();
  let provider: FakeProvider;

  beforeAll(async () => {
    processes.build();
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
  });

  afterAll(async () => {
    processes.clear();
    await provider.stop();
  });

  function start(environment: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
    return processes.start({ config: renderProcessConfig(provider.url), environment });
  }

  function ask(
    url: string,
    route: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const [method = '', path = ''] = route.split(' ');
    return fetch(`${url}${path}`, { method, headers }).then(({ status }) => status);
  }

  /** Shows a key from an address of loopback; resolves to the status. */
  function knock(url: string, key: string, from: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = connect(
        { port: Number(new URL(url).port), host: '127.0.0.1', localAddress: from },
        () =>
          socket.write(
            `GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
          ),
      );
      socket.once('data', (chunk) => resolve(Number(chunk.toString().slice(9, 12))));
      socket.on('error', reject);
    });
  }

  it('cannot come in with a blank key', async () => {
    const { url } = await start();
    for (const name of ['authorization', 'x-api-key', 'api-key', 'x-litellm-api-key']) {
      expect(await ask(url, 'GET /v1/models', { [name]: '' })).toBe(401);
    }
    expect(await ask(url, 'GET /v1/models', { authorization: 'Bearer ' })).toBe(401);
  });

  it('hears from a gateway on loopback without a key that it has none', async () => {
    const { said } = await start({ LITELLM_MASTER_KEY: ' ' });
    expect(said()).toContain('warning: there is no master key');
  });

  it('cannot drain it, from loopback neither', async () => {
    const token = 'drain-0123456789abcdef';
    const { url } = await start({ DRAIN_ENDPOINT_TOKEN: token });
    expect(await ask(url, 'GET /health/drain')).toBe(405);
    expect(await ask(url, 'POST /health/drain')).toBe(401);
    expect(await ask(url, 'POST /health/drain', { 'x-drain-token': 'guess' })).toBe(401);
    expect(await ask(url, 'GET /health/readiness')).toBe(200);
    expect(await ask(url, 'POST /health/drain', { 'x-drain-token': token })).toBe(200);
    expect(await ask(url, 'GET /health/readiness')).toBe(503);
    expect(await ask(url, 'DELETE /health/drain', { 'x-drain-token': token })).toBe(200);
    expect(await ask(url, 'GET /health/readiness')).toBe(200);
  });

  it('cannot find out a key by trying, and locks nobody else out', async () => {
    const { url } = await start();
    for (let index = 0; index < 20; index += 1) {
      expect(await knock(url, `sk-guess-${index}`, '127.0.0.1')).toBe(401);
    }
    expect(await knock(url, 'sk-guess-20', '127.0.0.1')).toBe(429);
    expect(await knock(url, PROCESS_KEY, '127.0.0.1')).toBe(429);
    expect(await knock(url, PROCESS_KEY, '127.0.0.2')).toBe(200);
  });

  it('finds neither metrics nor health on the port of the public where they have one of their own', async () => {
    const { url, said } = await start({ LITELLM_HA_METRICS_PORT: '0' });
    const metricsUrl = /metrics on (\S+)\n/.exec(said())?.[1] ?? '';
    const key = { authorization: `Bearer ${PROCESS_KEY}` };
    for (const path of ['/metrics', '/health', '/health/latest', '/health/shared-status']) {
      expect(await ask(url, `GET ${path}`, key)).toBe(404);
      expect(await ask(metricsUrl, `GET ${path}`, key)).toBe(200);
    }
    expect(await ask(url, 'POST /health/drain', key)).toBe(404);
    for (const path of ['/health/liveliness', '/health/readiness', '/health/region']) {
      expect(await ask(url, `GET ${path}`)).toBe(200);
      expect(await ask(metricsUrl, `GET ${path}`)).toBe(200);
    }
    expect(await ask(metricsUrl, 'GET /v1/models', key)).toBe(404);
    expect(await ask(metricsUrl, 'POST /v1/chat/completions', key)).toBe(404);
    expect(await ask(metricsUrl, 'POST /health/drain', key)).toBe(200);
    expect(await ask(url, 'GET /health/readiness')).toBe(503);
  });

  it('rejects a port for metrics that is taken', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    await expect(start({ LITELLM_HA_METRICS_PORT: port })).rejects.toThrow(
      `ended with 1: cannot listen on 127.0.0.1:${port} (LITELLM_HA_METRICS_PORT): listen EADDRINUSE: ` +
        `address already in use 127.0.0.1:${port}\n`,
    );
  });
});
