import dns from 'node:dns';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UpstreamHandler } from '../../../runtime/ports';
import { systemClock } from '../../../runtime/system-ports';
import { UndiciUpstream } from '../../../runtime/upstream/undici-upstream';

const LIMITS = {
  connectMs: 2_000,
  contentMs: 5_000,
  firstByteMs: 5_000,
  idleMs: 5_000,
  totalMs: 10_000,
  pausedMs: 2_000,
};
const NAME = 'provider.test';

/** A provider whose name can mean another machine from one moment to the next. */
describe('BoundedClient', () => {
  const servers: Server[] = [];
  let aheadMs = 0;
  let address = '127.0.0.1';
  let seen: string[] = [];
  let streams: ServerResponse[] = [];
  let port = 0;
  let upstream: UndiciUpstream;

  async function serve(host: string): Promise<void> {
    const connections = new Map<object, number>();
    const server = createServer((incoming, response) => {
      const number = connections.get(incoming.socket) ?? connections.size + 1;
      connections.set(incoming.socket, number);
      seen.push(`${host}#${number}`);
      if (incoming.url === '/stream') {
        response.write('first ');
        streams.push(response);
      } else response.end('whole');
    });
    server.keepAliveTimeout = 600_000;
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    port = (server.address() as AddressInfo).port;
  }

  function send(path: string): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      const handler: UpstreamHandler = {
        onHead: () => undefined,
        onData: (chunk) => {
          text += chunk.toString();
        },
        onEnd: () => resolve(text),
        onError: (kind) => resolve(`${text}${kind}`),
      };
      upstream.send(
        { origin: `http://${NAME}:${port}`, path, headers: [], body: Buffer.from('{}') },
        LIMITS,
        handler,
      );
    });
  }

  /** Answers, and undici has taken the connection back. */
  async function sendAndSettle(path: string): Promise<string> {
    const text = await send(path);
    await new Promise(setImmediate);
    return text;
  }

  beforeEach(async () => {
    [aheadMs, address, seen, streams, port] = [0, '127.0.0.1', [], [], 0];
    await serve('127.0.0.1');
    await serve('127.0.0.2');
    jest.spyOn(dns, 'lookup').mockImplementation(((
      _name: string,
      options: { readonly all?: boolean },
      callback: (error: null, found: unknown, family?: number) => void,
    ) => {
      if (options.all === true) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    }) as never);
    upstream = new UndiciUpstream({
      ...systemClock,
      nowMs: () => systemClock.nowMs() + aheadMs,
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await upstream.stop();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('uses a connection again and again for as long as it may live', async () => {
    for (let count = 0; count < 3; count += 1) {
      expect(await sendAndSettle('/')).toBe('whole');
      aheadMs += 4_000;
    }
    expect(seen).toEqual(['127.0.0.1#1', '127.0.0.1#1', '127.0.0.1#1']);
  });

  it('follows a name to its new address within 25 s, however busy the old connection is', async () => {
    await sendAndSettle('/');
    address = '127.0.0.2';
    for (; aheadMs < 25_000; aheadMs += 500) expect(await sendAndSettle('/')).toBe('whole');
    const moved = seen.findIndex((server) => server.startsWith('127.0.0.2'));
    expect(moved).toBeGreaterThan(0);
    expect(seen.slice(moved).every((server) => server === '127.0.0.2#1')).toBe(true);
  });

  it('follows it also after a silence, with the first call', async () => {
    await sendAndSettle('/');
    address = '127.0.0.2';
    aheadMs = 25_000;
    expect(await send('/')).toBe('whole');
    expect(seen).toEqual(['127.0.0.1#1', '127.0.0.2#1']);
  });

  it('lets a stream end that outlives its connection\u2019s time', async () => {
    const streaming = send('/stream');
    while (streams.length === 0) await new Promise(setImmediate);
    address = '127.0.0.2';
    aheadMs = 60_000;
    expect(await sendAndSettle('/')).toBe('whole');
    streams[0]?.end('last');
    expect(await streaming).toBe('first last');
    expect(seen).toEqual(['127.0.0.1#1', '127.0.0.2#1']);
  });
});
