import { spawnSync } from 'node:child_process';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../../../lib';
import { renderHaproxy, renderNginx, type BalancingStrategy } from '../../../lib/render';
import { aProxyInput, STRATEGIES } from '../../lib/render/proxies';
import { describeWithTool } from '../../support/lab-tool';
import {
  createConfigFolder,
  createFolder,
  findFreePort,
  startProgram,
  waitFor,
  type Program,
} from '../render/program';

interface Replica {
  readonly server: Server;
  readonly endpoint: Endpoint;
}

/** How one kind of load balancer is checked and started. */
interface Proxy {
  readonly file: string;
  readonly render: (
    strategy: BalancingStrategy,
    port: number,
    replicas: readonly Endpoint[],
  ) => string;
  readonly checkArguments: (path: string) => readonly string[];
  readonly startArguments: (path: string) => readonly string[];
  readonly stopSignal: NodeJS.Signals;
}

const NGINX: Proxy = {
  file: 'nginx.conf',
  render: (strategy, port, replicas) =>
    renderNginx({
      ...aProxyInput(strategy, replicas),
      listen: { host: '127.0.0.1', port },
      runFolder: createFolder('nginx'),
    }),
  checkArguments: (path) => ['-t', '-q', '-e', 'stderr', '-c', path],
  startArguments: (path) => ['-e', 'stderr', '-g', 'daemon off;', '-c', path],
  stopSignal: 'SIGTERM',
};

const HAPROXY: Proxy = {
  file: 'haproxy.cfg',
  render: (strategy, port, replicas) =>
    renderHaproxy({ ...aProxyInput(strategy, replicas), listen: { host: '127.0.0.1', port } }),
  checkArguments: (path) => ['-c', '-q', '-f', path],
  startArguments: (path) => ['-f', path],
  stopSignal: 'SIGUSR1',
};

describeWithTool('nginx', (nginx) => {
  describe('renderNginx', () => {
    describeProxy(nginx, NGINX);

    it("cannot keep the guide's least_time, which nginx rejects", () => {
      const text = NGINX.render('latency', 8080, [{ host: '127.0.0.1', port: 4001 }]);
      const outcome = check(nginx, NGINX, text.replace('two least_conn', 'two least_time=header'));

      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toContain('least_time');
    });
  });
});

describeWithTool('haproxy', (haproxy) => {
  describe('renderHaproxy', () => {
    describeProxy(haproxy, HAPROXY);

    it('lets streams end on a replica that drains, although its probes fail', async () => {
      let readiness = 200;
      let finish: () => void = () => undefined;
      const replica = createServer((request, response) => {
        if (request.url !== '/stream') {
          response.writeHead(readiness).end('replica');
          return;
        }
        response.write('first ');
        finish = () => response.end('last');
      });
      await new Promise<void>((resolve) => replica.listen(0, '127.0.0.1', resolve));
      const endpoint = { host: '127.0.0.1', port: (replica.address() as AddressInfo).port };
      const port = await findFreePort();
      // As it is rendered, at a pace for tests.
      const text = HAPROXY.render('round-robin', port, [endpoint]).replace(
        'inter 5s',
        'inter 200ms',
      );
      const folder = createConfigFolder(() => ({ 'haproxy.cfg': text }));
      const started = startProgram(haproxy, ['-f', `${folder}/haproxy.cfg`], {});
      try {
        await waitFor(async () => ((await ask(port)) === '' ? null : true), started.output);
        const stream = await open(`http://127.0.0.1:${port}/stream`);
        const chunks = stream[Symbol.asyncIterator]();
        expect(String((await chunks.next()).value)).toBe('first ');

        readiness = 503;
        await waitFor(
          async () => ((await ask(port)) === '' ? true : null),
          () => `still in rotation: ${started.output()}`,
        );
        finish();

        expect(String((await chunks.next()).value)).toBe('last');
        expect((await chunks.next()).done).toBe(true);
      } finally {
        await started.stop('SIGKILL');
        replica.closeAllConnections();
        await new Promise((resolve) => replica.close(resolve));
      }
    }, 60_000);
  });
});

function describeProxy(program: string, proxy: Proxy): void {
  it.each(STRATEGIES)('is accepted with strategy %s, without a warning', (strategy) => {
    const text = proxy.render(strategy, 8080, [{ host: '127.0.0.1', port: 4001 }]);

    expect(check(program, proxy, text)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  describe('started', () => {
    const replicas: Replica[] = [];
    const programs: Program[] = [];
    let finishStream: () => void = () => undefined;

    beforeAll(async () => {
      for (const name of ['one', 'two']) replicas.push(await startReplica(name));
    });

    afterAll(async () => {
      await Promise.all(programs.map((each) => each.stop(proxy.stopSignal)));
      for (const { server } of replicas) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it.each(STRATEGIES)(
      'serves with strategy %s',
      async (strategy) => {
        const port = await start(strategy);
        const names = new Set<string>();
        for (let request = 0; request < 20; request += 1) names.add(await ask(port));

        expect(names.size).toBe(strategy === 'sticky' ? 1 : 2);
      },
      30_000,
    );

    it('passes the first chunk on before the stream has ended', async () => {
      const port = await start('round-robin');
      const response = await open(`http://127.0.0.1:${port}/stream`);
      const chunks = response[Symbol.asyncIterator]();

      expect(String((await chunks.next()).value)).toBe('data: first\n\n');
      finishStream();
      expect(String((await chunks.next()).value)).toBe('data: last\n\n');
      expect(await chunks.next()).toMatchObject({ done: true });
    }, 30_000);

    it('sends a request to the other replica when one refuses connections', async () => {
      const closed = { host: '127.0.0.1', port: await findFreePort() };
      const [{ endpoint }] = replicas as [Replica];
      const port = await start('round-robin', [closed, endpoint]);

      for (let request = 0; request < 5; request += 1) expect(await ask(port)).toBe('one');
    }, 30_000);

    async function start(
      strategy: BalancingStrategy,
      to: readonly Endpoint[] = replicas.map(({ endpoint }) => endpoint),
    ): Promise<number> {
      const port = await findFreePort();
      const folder = createConfigFolder(() => ({ [proxy.file]: proxy.render(strategy, port, to) }));
      const started = startProgram(program, proxy.startArguments(`${folder}/${proxy.file}`), {});
      programs.push(started);
      await waitFor(async () => ((await ask(port)) === '' ? null : true), started.output, 10_000);
      return port;
    }

    async function startReplica(name: string): Promise<Replica> {
      const server = createServer((request, response) => {
        if (request.url !== '/stream') {
          response.end(name);
          return;
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: first\n\n');
        finishStream = () => response.end('data: last\n\n');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { server, endpoint: { host: '127.0.0.1', port } };
    }
  });
}

function check(program: string, proxy: Proxy, text: string): ReturnType<typeof checkFile> {
  const folder = createConfigFolder(() => ({ [proxy.file]: text }));
  return checkFile(program, proxy.checkArguments(`${folder}/${proxy.file}`));
}

function checkFile(
  program: string,
  args: readonly string[],
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    ...(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}),
  });
  return { status, stdout, stderr };
}

/** The name of the replica that answered; empty when nobody did. */
async function ask(port: number): Promise<string> {
  try {
    const response = await open(`http://127.0.0.1:${port}/`);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return response.statusCode === 200 ? text : '';
  } catch {
    return '';
  }
}

function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });
}
