import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createRedis } from '../../../runtime/state/create-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import type { RedisLink } from '../../../runtime/state/redis-link';
import { systemClock } from '../../../runtime/system-ports';
import { ManualClock } from '../../support/manual-clock';

// Failover, TLS and users are shown with real servers, in test/lab/state.

/** Knows three commands of Redis' protocol: enough to connect to. */
function answer(request: string): string {
  const commands = request.match(/\*\d+\r\n(?:\$\d+\r\n[^\r]*\r\n)+/g) ?? [];
  return commands
    .map((command) => {
      if (/\r\ninfo\r\n/i.test(command)) return '$22\r\nloading:0\r\nrole:master\r\n';
      return /\r\nget\r\n/i.test(command) ? '$5\r\nvalue\r\n' : '+OK\r\n';
    })
    .join('');
}

describe('createRedis', () => {
  const sockets = new Set<Socket>();
  let server: Server;
  let link: RedisLink | null = null;
  let lines: string[] = [];

  beforeEach(() => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('data', (data) => socket.write(answer(String(data))));
      socket.on('error', () => undefined);
    });
  });

  afterEach(async () => {
    link?.stop();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => server.close(resolve));
  });

  async function listen(): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  function connect(port: number): RedisLink {
    lines = [];
    const log = new QuietLog(new ManualClock(), (line) => lines.push(line));
    link = createRedis({
      config: {
        kind: 'single',
        nodes: [{ host: '127.0.0.1', port }],
        sentinelServiceName: null,
        sentinelPassword: null,
        username: null,
        password: 'canary-password',
        tls: false,
        tlsCaFile: null,
        database: 0,
      },
      certificateAuthorities: null,
      ports: { clock: systemClock, random: { next: () => 0 } },
      log,
    });
    return link;
  }

  const ready = (on: RedisLink): Promise<void> =>
    new Promise((resolve) => {
      on.onReady(resolve);
    });

  it('waits for nothing, refuses what cannot be sent, and sends it once it is connected', async () => {
    const redis = connect(await listen());
    expect(redis.status).toBe('away');
    await expect(redis.send('GET', ['k'])).rejects.toThrow(/writeable/);
    await ready(redis);
    expect(redis.status).toBe('ready');
    await expect(redis.send('GET', ['k'])).resolves.toBe('value');
    await expect(redis.sendForBytes('GET', ['k'])).resolves.toEqual(Buffer.from('value'));
  });

  it('connects anew after a connection was lost, and tells of it without the password', async () => {
    const redis = connect(await listen());
    await ready(redis);
    const again = ready(redis);
    for (const socket of sockets) socket.resetAndDestroy();
    await again;
    await expect(redis.send('GET', ['k'])).resolves.toBe('value');
    expect(lines.join('')).not.toContain('canary');
  });

  it('does not come back after it was stopped', async () => {
    const redis = connect(await listen());
    await ready(redis);
    redis.stop();
    redis.stop();
    await expect(redis.send('GET', ['k'])).rejects.toThrow();
    expect(redis.status).toBe('away');
  });
});
