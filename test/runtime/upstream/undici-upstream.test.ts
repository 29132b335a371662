import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type {
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamLimits,
} from '../../../runtime/ports';
import { systemClock } from '../../../runtime/system-ports';
import { UndiciUpstream } from '../../../runtime/upstream/undici-upstream';

const LIMITS: UpstreamLimits = {
  connectMs: 2000,
  contentMs: 2000,
  firstByteMs: 2000,
  idleMs: 2000,
  totalMs: 5000,
  pausedMs: 2000,
};
const OK = 'HTTP/1.1 200 OK\r\n';

describe('UndiciUpstream', () => {
  const upstream = new UndiciUpstream(systemClock);
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  afterAll(async () => {
    await upstream.stop();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A server that does as told with each connection that has sent something. */
  async function serve(answer: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  interface Heard {
    readonly status: number | null;
    readonly text: string;
    readonly ending: 'end' | UpstreamErrorKind;
  }

  function send(
    origin: string,
    limits: Partial<UpstreamLimits> = {},
    onData: (exchange: UpstreamExchange) => void = () => undefined,
  ): Promise<Heard> {
    return new Promise((resolve) => {
      let status: number | null = null;
      let text = '';
      const handler: UpstreamHandler = {
        onHead: (head) => {
          status = head;
        },
        onData: (chunk) => {
          text += chunk.toString();
          onData(exchange);
        },
        onEnd: () => resolve({ status, text, ending: 'end' }),
        onError: (kind) => resolve({ status, text, ending: kind }),
      };
      const request = { origin, path: '/x', headers: ['a', 'b'], body: Buffer.from('{}') };
      const exchange = upstream.send(request, { ...LIMITS, ...limits }, handler);
    });
  }

  it.each<[string, string, Partial<Heard>]>([
    ['a document', `${OK}content-length: 2\r\n\r\nhi`, { status: 200, text: 'hi', ending: 'end' }],
    [
      'chunks',
      `${OK}transfer-encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n`,
      { text: 'hi', ending: 'end' },
    ],
    [
      'interim answers first',
      `HTTP/1.1 103 Early Hints\r\n\r\n${OK}content-length: 2\r\n\r\nhi`,
      { status: 200, ending: 'end' },
    ],
    [
      'a 100 that nobody asked for',
      `HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 2\r\n\r\nhi`,
      { status: 200, text: 'hi', ending: 'end' },
    ],
    [
      'many interim answers with headers',
      `${'HTTP/1.1 100 \r\nx: y\r\n\r\n'.repeat(3)}HTTP/1.1 102 Processing\r\n\r\n${OK}content-length: 0\r\n\r\n`,
      { status: 200, ending: 'end' },
    ],
    [
      'a 100 before a failure',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 x\r\ncontent-length: 2\r\n\r\nno',
      { status: 503, text: 'no', ending: 'end' },
    ],
    [
      'a text that looks like a 100',
      `${OK}content-length: 24\r\n\r\nHTTP/1.1 100 Continue\r\n\n`,
      { status: 200, text: 'HTTP/1.1 100 Continue\r\n\n', ending: 'end' },
    ],
    ['no HTTP', 'nonsense\r\n\r\n', { status: null, ending: 'protocol' }],
    ['a chunk of no size', `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n`, { ending: 'protocol' }],
    [
      'both lengths',
      `${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      { ending: 'protocol' },
    ],
    ['headers above 16 KiB', `${OK}x: ${'y'.repeat(20_000)}\r\n\r\n`, { ending: 'protocol' }],
  ])('hears %s', async (_name, bytes, expected) => {
    expect(await send(await serve((socket) => socket.write(bytes)))).toMatchObject(expected);
  });

  it('passes over a 100 in pieces, and again on the same connection', async () => {
    let connections = 0;
    const origin = await serve((socket) => {
      connections += 1;
      const answer = async (): Promise<void> => {
        const text = `HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 2\r\n\r\nhi`;
        for (const piece of text.match(/[^]{1,7}/g) ?? []) {
          await new Promise<void>((resolve) => socket.write(piece, () => setImmediate(resolve)));
        }
      };
      socket.on('data', (bytes: Buffer) => {
        if (bytes.includes('POST')) void answer();
      });
      void answer();
    });
    for (let request = 0; request < 3; request += 1) {
      expect(await send(origin)).toEqual({ status: 200, text: 'hi', ending: 'end' });
      // Until undici has taken the connection back.
      await new Promise(setImmediate);
    }
    expect(connections).toBe(1);
  });

  it.each<[string, string]>([
    ['before an answer', ''],
    ['in the middle of chunks', `${OK}transfer-encoding: chunked\r\n\r\n1\r\nh\r\n`],
  ])('hears that the connection was lost %s', async (_name, bytes) => {
    const origin = await serve((socket) => socket.end(bytes));
    expect((await send(origin)).ending).toBe('connection-lost');
  });

  it('opens no connection for whoever has left', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1\r\nh\r\n`));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (let request = 1; request <= 3; request += 1) {
      await abortAfterFirstByte(origin);
      expect(connections).toBe(request);
    }
    // Whoever comes after them is served.
    expect((await send(origin, { idleMs: 50 })).text).toBe('h');
    expect(connections).toBe(4);
  });

  /** Resolves once the upstream has had the time to connect again. */
  function abortAfterFirstByte(origin: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const handler: UpstreamHandler = {
        onHead: () => undefined,
        onData: () => {
          exchange.abort();
          setTimeout(resolve, 100);
        },
        onEnd: () => reject(new Error('the answer ended')),
        onError: (kind) => reject(new Error(kind)),
      };
      const request = { origin, path: '/x', headers: [], body: Buffer.from('{}') };
      const exchange = upstream.send(request, LIMITS, handler);
    });
  }

  it('hears that nobody listens', async () => {
    expect((await send('http://127.0.0.1:1')).ending).toBe('connect');
  });

  it('gives up on a first byte that does not come', async () => {
    const origin = await serve((socket) => socket.write(`${OK}\r\n`));
    expect((await send(origin, { firstByteMs: 50 })).ending).toBe('first-byte-timeout');
  });

  it('gives up on silence, but not on a trickle, until the whole takes too long', async () => {
    const silent = await serve((socket) => socket.write(`${OK}\r\nx`));
    expect((await send(silent, { idleMs: 50 })).ending).toBe('idle-timeout');
    const trickling = await serve((socket) => {
      socket.write(`${OK}\r\nx`);
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const heard = await send(trickling, { idleMs: 200, totalMs: 400 });
    expect(heard.ending).toBe('total-timeout');
    expect(heard.text.length).toBeGreaterThan(3);
  });

  it('stops reading while paused and gives up when that lasts too long', async () => {
    let sent = 0;
    const origin = await serve((socket) => {
      socket.write(`${OK}\r\n`);
      const block = Buffer.alloc(64 * 1024, 'x');
      const pump = (): void => {
        if (socket.destroyed) return;
        sent += block.length;
        if (socket.write(block)) setImmediate(pump);
        else socket.once('drain', pump);
      };
      pump();
    });
    const heard = await send(origin, { pausedMs: 200 }, (exchange) => exchange.pause());
    expect(heard.ending).toBe('paused-too-long');
    expect(heard.text.length).toBeLessThan(1024 * 1024);
    // What the sockets of both sides hold, not what the provider would like to send.
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('goes on after a pause', async () => {
    const origin = await serve((socket) => {
      socket.write(`${OK}content-length: 2\r\n\r\nh`);
      setTimeout(() => socket.write('i'), 30);
    });
    const heard = await send(origin, {}, (exchange) => {
      exchange.pause();
      setTimeout(() => exchange.resume(), 60);
    });
    expect(heard).toMatchObject({ text: 'hi', ending: 'end' });
  });

  it('is silent after an abort, and closes the connection', async () => {
    const heard: string[] = [];
    let exchange: UpstreamExchange | null = null;
    const closed = new Promise<void>((resolve) => {
      void serve((socket) => {
        socket.on('close', () => resolve());
        exchange?.abort();
      }).then((origin) => {
        exchange = upstream.send(
          { origin, path: '/', headers: [], body: Buffer.from('{}') },
          LIMITS,
          {
            onHead: () => heard.push('head'),
            onData: () => heard.push('data'),
            onEnd: () => heard.push('end'),
            onError: () => heard.push('error'),
          },
        );
      });
    });
    await closed;
    expect(heard).toEqual([]);
  });

  it('knows whether the provider has the request, and may bill it', async () => {
    const silent: UpstreamHandler = {
      onHead: () => undefined,
      onData: () => undefined,
      onEnd: () => undefined,
      onError: () => undefined,
    };
    const request = { path: '/x', headers: [], body: Buffer.from('{}') };
    // A connection that is never ready to send: it waits for the handshake of TLS.
    const plain = await serve(() => undefined);
    const origin = plain.replace('http:', 'https:');
    const waiting = upstream.send({ ...request, origin }, LIMITS, silent);
    expect(waiting.reached).toBe('nobody');
    waiting.abort();
    expect(waiting.reached).toBe('nobody');

    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const listening = await serve(() => arrive());
    const asked = upstream.send({ ...request, origin: listening }, LIMITS, silent);
    await arrived;
    expect(asked.reached).toBe('provider');
    asked.abort();
    expect(asked.reached).toBe('provider');
  });

  it('gives up on a connection that is not ready in time', async () => {
    // Takes connections and never answers the TLS handshake.
    const plain = await serve(() => undefined);
    const heard = await send(plain.replace('http:', 'https:'), { connectMs: 100 });
    expect(heard.ending).toBe('connect');
  });

  describe('a connection that the provider closes as it is used again', () => {
    /** Answers the first request of a connection, and breaks it at the second; says how many came. */
    async function serveOnce(breakAt: 'second-request' | 'every-request'): Promise<{
      readonly origin: string;
      readonly seen: string[];
    }> {
      const seen: string[] = [];
      const server = createServer((socket) => {
        sockets.add(socket);
        let requests = 0;
        socket.on('error', () => undefined);
        socket.on('data', () => {
          requests += 1;
          seen.push(requests === 1 ? 'fresh' : 'reused');
          if (requests > 1 || (breakAt === 'every-request' && seen.length > 1)) {
            socket.resetAndDestroy();
          } else {
            socket.write(`${OK}content-length: 2\r\nconnection: keep-alive\r\n\r\nhi`);
          }
        });
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
    }

    it('is replaced by a fresh one, without a word to anybody', async () => {
      const { origin, seen } = await serveOnce('second-request');
      await send(origin);
      // Until undici has taken the connection back.
      await new Promise(setImmediate);
      expect(await send(origin)).toMatchObject({ status: 200, text: 'hi', ending: 'end' });
      expect(seen).toEqual(['fresh', 'reused', 'fresh']);
    });

    it('is replaced once only', async () => {
      const { origin, seen } = await serveOnce('every-request');
      await send(origin);
      // Until undici has taken the connection back.
      await new Promise(setImmediate);
      expect((await send(origin)).ending).toBe('connection-lost');
      expect(seen).toEqual(['fresh', 'reused', 'fresh']);
    });
  });
});
