import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { RouterConfig } from '../../../lib/config/gateway-config';
import { completionChunks, shownChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const STREAM = { ...HELLO, stream: true };
const [FIRST = ''] = completionChunks(['Hel']);
const PINGS = Array.from({ length: 12 }, () => ': ping\n\n');

/** Sixty megabytes and a hundred clients take their time on a busy machine. */
jest.setTimeout(30_000);

describe('streams', () => {
  const providers: FakeProvider[] = [];
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  let gateway: TestGateway | null = null;

  async function start(
    scripts: readonly Script[],
    router: Partial<RouterConfig> = {},
  ): Promise<TestGateway> {
    for (const script of scripts) providers.push(await startFakeProvider(() => script));
    const ids = ['first', 'second'];
    const deployments = providers.map(({ url }, index) =>
      deployment({ id: ids[index] ?? 'more', apiBase: url }),
    );
    gateway = await startTestGateway(gatewayConfig(deployments, router));
    return gateway;
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await gateway?.gateway.kill();
    gateway = null;
    await Promise.all(providers.splice(0).map((started) => started.stop()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each<[string, string]>([
    ['OpenAI sends for a rate limit', '{"error":{"message":"x","code":"rate_limit_exceeded"}}'],
    ['Azure sends for a rate limit', '{"error":{"code":"429","message":"x"}}'],
    ['Anthropic sends when overloaded', '{"type":"error","error":{"type":"overloaded_error"}}'],
    ['a server sends when unavailable', '{"error":{"type":"service_unavailable","message":"x"}}'],
    ['a server sends bare', '{"object":"error","message":"x","code":500}'],
  ])('answers from another deployment after the error event that %s', async (_name, event) => {
    const chunks = completionChunks(['Hi']);
    const { chat } = await start([
      { kind: 'stream', chunks: [`event: error\ndata: ${event}\n\n`], end: 'hang' },
      { kind: 'stream', chunks },
    ]);
    const response = await chat(STREAM);
    expect(response.headers.get('x-litellm-model-id')).toBe('second');
    expect(await response.text()).toBe(shownChunks(chunks));
    await (
      await providers[0]?.request(0)
    )?.abandoned;
  });

  it.each([
    ['{"error":{"message":"x","code":"rate_limit_exceeded"}}', 429],
    ['{"type":"error","error":{"type":"overloaded_error","message":"x"}}', 529],
    ['{"error":{"type":"service_unavailable","message":"x"}}', 503],
  ])('answers with the status of a first event that says %s', async (event, status) => {
    const { chat } = await start([{ kind: 'stream', chunks: [`data: ${event}\n\n`] }], {
      retries: 0,
    });
    expect((await chat(STREAM)).status).toBe(status);
  });

  it.each<[string, Partial<RouterConfig>, Script, string]>([
    [
      'a silence',
      { streamIdleTimeoutSeconds: 0.15 },
      { kind: 'stream', chunks: [FIRST], end: 'hang' },
      'the provider fell silent during its answer',
    ],
    [
      'comments without content',
      { streamContentTimeoutSeconds: 0.15 },
      { kind: 'stream', chunks: [FIRST, ...PINGS], gapMs: 40, end: 'hang' },
      'the provider sent comments and no content',
    ],
    [
      'a whole that takes too long',
      { maxStreamSeconds: 0.15 },
      { kind: 'stream', chunks: Array.from({ length: 12 }, () => FIRST), gapMs: 40 },
      'the provider did not finish in time',
    ],
    [
      'a lost connection',
      {},
      { kind: 'stream', chunks: [FIRST], gapMs: 20, end: 'reset' },
      'the provider closed the connection',
    ],
    [
      'an end without an ending',
      {},
      { kind: 'stream', chunks: [FIRST] },
      'the provider ended its stream too early',
    ],
    [
      'an error event of the provider, and a [DONE] behind it',
      {},
      {
        kind: 'stream',
        chunks: [FIRST, 'data: {"error":{"message":"lost it"}}\n\n', 'data: [DONE]\n\n'],
      },
      'lost it',
    ],
  ])('ends after %s with one error event and no [DONE]', async (...[, router, script, message]) => {
    const { chat, get } = await start([script, { kind: 'stream', chunks: [] }], router);
    const text = await (await chat(STREAM)).text();
    expect(text.startsWith(shownChunks([FIRST]))).toBe(true);
    expect(text.match(/"error"/g)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last.replace('data: ', ''))).toMatchObject({
      error: { message, code: '503', gateway_code: 'provider_stream_cut' },
    });
    // The client has seen a part of the answer: nobody else is asked.
    expect(providers[1]?.seen).toHaveLength(0);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/litellm_ha_truncated_streams_total\{[^}]*model_id="first"[^}]*\} 1\n/);
    expect(metrics).toMatch(/failure_responses_total\{[^}]*MidStreamFallbackError[^}]*\} 1\n/);
    expect(metrics).toContain('litellm_requests_total{status="provider_stream_cut"} 1\n');
    expect(metrics).toContain('litellm_in_flight_requests 0\n');
  });

  it('lets a stream outlast the bound on its first event', async () => {
    const chunks = completionChunks(['a', 'b', 'c', 'd', 'e', 'f']);
    const { chat } = await start([{ kind: 'stream', chunks, gapMs: 40 }], {
      streamTimeoutSeconds: 0.1,
    });
    expect(await (await chat(STREAM)).text()).toBe(shownChunks(chunks));
  });

  it('has nothing in flight after many clients have left', async () => {
    const { url, get } = await start([{ kind: 'stream', chunks: [FIRST], end: 'hang' }]);
    const leave = async (): Promise<void> => {
      const leaving = new AbortController();
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}` },
        body: JSON.stringify(STREAM),
        signal: leaving.signal,
      });
      leaving.abort();
      await response.text().catch(() => 'gone');
    };
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 20 }, leave));
    }
    await Promise.all((providers[0]?.seen ?? []).map(({ abandoned }) => abandoned));
    expect(await (await get('/metrics')).text()).toContain('litellm_in_flight_requests 0\n');
  });

  it('holds the provider back while the client does not read, and loses nothing', async () => {
    const event = `data: {"choices":[{"delta":{"content":"${'x'.repeat(16_000)}"}}]}\n\n`;
    const events = 4_000;
    const source = await startFirehose(event, events);
    gateway = await startTestGateway(
      gatewayConfig([deployment({ id: 'first', apiBase: source.url })]),
    );
    const client = postStream(gateway.url);
    await source.begun;
    await waitUntilStill(() => source.sentBytes());
    // What four socket buffers hold, and one chunk; the answer is 64 MB long.
    expect(source.sentBytes()).toBeLessThan(24 * 1024 * 1024);

    let received = 0;
    let tail = '';
    client.on('data', (chunk: Buffer) => {
      received += chunk.length;
      tail = (tail + chunk.toString('latin1')).slice(-200);
    });
    client.resume();
    await new Promise((resolve) => client.on('close', resolve));
    expect(received).toBeGreaterThan(event.length * events);
    expect(tail).toContain('data: [DONE]');
  });

  /** A provider that sends as fast as it is let. */
  async function startFirehose(
    event: string,
    events: number,
  ): Promise<{
    readonly url: string;
    readonly begun: Promise<void>;
    readonly sentBytes: () => number;
  }> {
    let sent = 0;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const server = createServer((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let left = events;
      const pump = (): void => {
        while (left > 0) {
          left -= 1;
          sent += event.length;
          begin();
          if (!response.write(event)) {
            response.once('drain', pump);
            return;
          }
        }
        response.end('data: [DONE]\n\n');
      };
      pump();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, begun, sentBytes: () => sent };
  }

  /** A client that does not read before it is told to. */
  function postStream(url: string): Socket {
    const body = JSON.stringify(STREAM);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${TEST_KEY}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return socket;
  }

  async function waitUntilStill(read: () => number): Promise<void> {
    for (let before = -1; before !== read();) {
      before = read();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }
});
