import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { GatewayProcesses, PROCESS_KEY, renderProcessConfig } from '../../support/gateway-process';
import type { GatewayProcess } from '../../support/gateway-process';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A body of 8 MB. */
const LARGE = Buffer.from(
  JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x'.repeat(8_000_000) }] }),
);
const SMALL = Buffer.from(JSON.stringify({ model: 'gpt-4o', messages: [] }));

describe('the bounds of the gateway as a process', () => {
  const processes = new GatewayProcesses();
  let provider: FakeProvider;
  let delayMs = 0;

  beforeAll(async () => {
    processes.build();
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi'), delayMs }));
  });

  afterAll(async () => {
    processes.clear();
    await provider.stop();
  });

  function start(options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly shell?: string;
  }): Promise<GatewayProcess> {
    return processes.start({ config: renderProcessConfig(provider.url), ...options });
  }

  /** Resolves to `null` when the connection breaks without an answer. */
  function chat(url: string, body: Buffer, agent?: Agent): Promise<Answer | null> {
    return new Promise((resolve) => {
      const sending = request(
        `${url}/v1/chat/completions`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${PROCESS_KEY}`, 'content-length': body.length },
          ...(agent === undefined ? {} : { agent }),
        },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          );
          answer.on('error', () => resolve(null));
        },
      );
      sending.on('error', () => resolve(null));
      sending.end(body);
    });
  }

  function readPeakMib({ child }: GatewayProcess): number {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  it('stays within the 768 MiB of a default replica with 60 bodies of 8 MB from one key', async () => {
    const gateway = await start({ environment: { LITELLM_HA_MEMORY_MIB: '768' } });
    delayMs = 1000;
    const answers = await Promise.all(Array.from({ length: 60 }, () => chat(gateway.url, LARGE)));
    delayMs = 0;
    const refused = answers.filter((answer) => answer?.status === 503);
    expect(answers.filter((answer) => answer?.status === 200).length).toBeGreaterThan(5);
    expect(refused.length).toBeGreaterThan(30);
    // Whoever still writes when the connection closes may miss the answer that came before.
    expect(answers.filter((answer) => answer === null).length).toBeLessThanOrEqual(3);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': '1', connection: 'close' } });
    expect(refused[0]?.body).toContain('"gateway_code":"gateway_overloaded"');
    expect(readPeakMib(gateway)).toBeLessThan(768);
    // Everything was given back.
    expect((await chat(gateway.url, LARGE))?.status).toBe(200);
  });

  /** Sends bytes as they are. */
  function open(url: string, text: string): Promise<Socket> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write(text);
        resolve(socket);
      });
      socket.on('error', () => undefined);
    });
  }

  function hear(socket: Socket): Promise<string> {
    return new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  }

  const ASKING =
    `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${PROCESS_KEY}\r\n` +
    'Expect: 100-continue\r\n';

  it('lets a client that asks first send its body only where there is room for it', async () => {
    const gateway = await start({ environment: { LITELLM_HA_MEMORY_MIB: '128' } });
    const asking = await open(gateway.url, `${ASKING}Content-Length: ${SMALL.length}\r\n\r\n`);
    expect(await hear(asking)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    asking.write(SMALL);
    expect(await hear(asking)).toContain('HTTP/1.1 200 OK');
    asking.destroy();

    // Bodies that are announced and do not come hold what they announce.
    const holding = await open(gateway.url, `${ASKING}Content-Length: 10000000\r\n\r\n`);
    expect(await hear(holding)).toContain('100 Continue');
    const second = await open(gateway.url, `${ASKING}Content-Length: 10000000\r\n\r\n`);
    const refusal = await hear(second);
    expect(refusal).toContain('HTTP/1.1 503 Service Unavailable');
    expect(refusal).toContain('retry-after: 1');
    expect(refusal).toContain('connection: close');
    holding.destroy();
    let status: number | undefined = 503;
    while (status === 503) status = (await chat(gateway.url, LARGE))?.status;
    expect(status).toBe(200);
  });

  it('answers 500 connections with 256 files: those that find no place hear so, and probes say it', async () => {
    const gateway = await start({ shell: 'ulimit -n 256' });
    delayMs = 1500;
    const agent = new Agent({ keepAlive: false, maxSockets: 500 });
    const answering = Promise.all(
      Array.from({ length: 500 }, () => chat(gateway.url, SMALL, agent)),
    );
    // A probe that is cut off says nothing, and is sent again.
    const probe = (): Promise<number> =>
      fetch(`${gateway.url}/health/readiness`).then(
        ({ status }) => status,
        () => 0,
      );
    let ready = 0;
    while (ready !== 503) ready = await probe();
    const answers = await answering;
    delayMs = 0;
    const statuses = new Set(answers.map((answer) => answer?.status ?? 'cut off'));
    expect([...statuses].sort()).toEqual([200, 503]);
    expect(answers.filter((answer) => answer?.status === 200).length).toBeGreaterThan(60);
    expect((await fetch(`${gateway.url}/health/readiness`)).status).toBe(200);
    expect((await chat(gateway.url, SMALL))?.status).toBe(200);
  });
});
