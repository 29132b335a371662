import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { CacheConfig } from '../../../lib/config/gateway-config';
import { createRedis } from '../../../runtime/state/create-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import type { RedisLink } from '../../../runtime/state/redis-link';
import { systemClock } from '../../../runtime/system-ports';

const CONFIG: CacheConfig = {
  kind: 'single',
  nodes: [],
  sentinelServiceName: null,
  sentinelPassword: null,
  username: null,
  password: null,
  tls: false,
  tlsCaFile: null,
  database: 0,
};

const COMMAND = /\*\d+\r\n(?:\$\d+\r\n[^\r]*\r\n)+/g;

/** Enough of Redis to connect to. `GET` is answered with whatever the test wants. */
function answer(command: string, ofGet: string): string {
  if (/\r\ninfo\r\n/i.test(command)) return '$22\r\nloading:0\r\nrole:master\r\n';
  return /\r\nget\r\n/i.test(command) ? ofGet : '+OK\r\n';
}

const WHOLE = '$5\r\nvalue\r\n';

describe('containRedis', () => {
  let server: Server;
  let link: RedisLink;
  let log: QuietLog;
  let ofGet = WHOLE;
  let closed = 0;
  const listeners: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const lines: string[] = [];

  beforeEach(async () => {
    ofGet = WHOLE;
    closed = 0;
    lines.length = 0;
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('data', (data) => {
        for (const command of String(data).match(COMMAND) ?? []) {
          socket.write(Buffer.from(answer(command, ofGet), 'latin1'));
        }
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        closed += 1;
        for (const listener of listeners.splice(0)) listener();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    log = new QuietLog(systemClock, (line) => lines.push(line));
    link = createRedis({
      config: { ...CONFIG, nodes: [{ host: '127.0.0.1', port }] },
      certificateAuthorities: null,
      ports: { clock: systemClock, random: { next: () => 0 } },
      log,
    });
    await ready();
  });

  afterEach(async () => {
    link.stop();
    log.stop();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  function ready(): Promise<void> {
    if (link.status === 'ready') return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = link.onReady(() => {
        cancel();
        resolve();
      });
    });
  }

  function lost(): Promise<void> {
    return closed > 0 ? Promise.resolve() : new Promise((resolve) => listeners.push(resolve));
  }

  /** The server hears of the end of a connection before the client does. */
  async function askAgain(): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await link.send('GET', ['key']);
      } catch (error) {
        if (attempt === 200) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }

  it.each([
    ['a null that nobody asked for', `${WHOLE}$-1\r\n`],
    ['a null of the third protocol', `${WHOLE}_\r\n`],
    ['two replies to one question', `${WHOLE}${WHOLE}`],
    ['an error that nobody asked for', `${WHOLE}-ERR no\r\n`],
    ['a message nobody is subscribed to', '>2\r\n$-1\r\n$-1\r\n'],
    ['a subscription without a channel', '>1\r\n$9\r\nsubscribe\r\n'],
    ['an array longer than any', '*99999999999\r\n'],
    ['a text of negative length', '$-7\r\nvalue\r\n'],
    ['another protocol', 'HTTP/1.1 503 Service Unavailable\r\n\r\n'],
    ['bytes of no protocol', '\u00ff\u00fe\u0000\u0001\r\n'],
  ])('ends the connection over %s, and connects again', async (_name, bytes) => {
    ofGet = bytes;
    const first = link.send('GET', ['key']).catch((error: unknown) => error);
    await lost();
    await first;
    ofGet = WHOLE;
    expect(await askAgain()).toBe('value');
  });

  it('never gives a call the answer to another', async () => {
    ofGet = `$5\r\nother\r\n${WHOLE}`;
    const answers = await Promise.allSettled([
      link.send('GET', ['one']),
      link.send('PING', []),
      link.send('GET', ['two']),
    ]);
    await lost();
    expect(answers.map((each) => (each.status === 'fulfilled' ? each.value : 'failed'))).toEqual([
      'other',
      // Which of the replies are surplus cannot be told before more have come than were asked for.
      'value',
      'OK',
    ]);
    ofGet = WHOLE;
    expect(await askAgain()).toBe('value');
    log.stop();
    expect(lines.join('')).toContain(
      'Redis sent a reply that nobody asked for; the connection was closed',
    );
  });
});
