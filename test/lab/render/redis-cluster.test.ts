import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  renderKeepRedisCluster,
  renderProbeRedisCluster,
  renderRedisCluster,
  renderStartRedisCluster,
  renderStopRedisCluster,
  type RedisClusterMembership,
} from '../../../lib/render';
import { describeWithTool } from '../../support/lab-tool';
import {
  createConfigFolder,
  createFolder,
  findFreePort,
  startProgram,
  waitFor,
  type Program,
} from './program';

const run = promisify(execFile);
const PASSWORD = 'pass123';
const PRIMARY_HOSTS = ['127.0.8.1', '127.0.8.2', '127.0.8.3'];
const REPLICA_HOSTS = ['127.0.8.4', '127.0.8.5', '127.0.8.6'];
const HOSTS = [...PRIMARY_HOSTS, ...REPLICA_HOSTS];

interface Member {
  readonly server: Program;
  readonly keeper: Program;
  readonly config: string;
}

describeWithTool('redis-server', (serverProgram) => {
  describe('renderKeepRedisCluster', () => {
    const members = new Map<string, Member>();
    const data = new Map<string, string>();
    let port: number;

    beforeAll(async () => {
      port = await findBusPort();
      HOSTS.forEach(start);
      await waitForWhole();
    }, 150_000);

    afterAll(async () => {
      await Promise.all(
        [...members.values()].flatMap(({ server, keeper }) => [
          server.stop('SIGKILL'),
          keeper.stop('SIGKILL'),
        ]),
      );
    });

    it('forms three shards whose primaries are those meant to be', async () => {
      for (const host of PRIMARY_HOSTS) expect(await roleOf(host)).toBe('master');
      for (const host of REPLICA_HOSTS) expect(await roleOf(host)).toBe('slave');
      expect(await replicasOf(PRIMARY_HOSTS[1])).toEqual([REPLICA_HOSTS[1]]);
      await expect(ask(HOSTS[0], ['cluster', 'info'])).resolves.toContain(
        'cluster_slots_assigned:16384',
      );
    });

    it('needs a password and sends clients to names', async () => {
      const stranger = await run('redis-cli', ['-h', '127.0.8.1', '-p', String(port), 'ping']);

      expect(stranger.stdout).toContain('NOAUTH');
      await write('one');
      await expect(
        ask(HOSTS[0], ['config', 'get', 'cluster-preferred-endpoint-type']),
      ).resolves.toContain('hostname');
    });

    it('fails over when a primary is killed, and gives it its role back', async () => {
      await write('two');
      await stop(PRIMARY_HOSTS[0]);
      await waitFor(
        async () => ((await roleOf(REPLICA_HOSTS[0])) === 'master' ? true : null),
        describeAll,
      );
      await expect(read()).resolves.toBe('two');

      start(PRIMARY_HOSTS[0] ?? '');
      await waitForWhole();
      await expect(read()).resolves.toBe('two');
    }, 150_000);

    it('takes a member back that lost its volume', async () => {
      const before = await ask(REPLICA_HOSTS[1], ['cluster', 'myid']);
      await stop(REPLICA_HOSTS[1]);
      data.delete(REPLICA_HOSTS[1] ?? '');
      start(REPLICA_HOSTS[1] ?? '');
      await waitForWhole();

      expect(await ask(REPLICA_HOSTS[1], ['cluster', 'myid'])).not.toBe(before);
      const nodes = await ask(HOSTS[0], ['cluster', 'nodes']);
      expect(nodes.trim().split('\n')).toHaveLength(6);
    }, 150_000);

    it('claims the slots of a shard again that is lost altogether', async () => {
      const lost = [PRIMARY_HOSTS[2] ?? '', REPLICA_HOSTS[2] ?? ''];
      await Promise.all(lost.map(stop));
      for (const host of lost) {
        data.delete(host);
        start(host);
      }
      await waitForWhole();
    }, 150_000);

    it('hands its shard over before it leaves, and a replica waits until it may', async () => {
      const [primary, replica] = [PRIMARY_HOSTS[1] ?? '', REPLICA_HOSTS[1] ?? ''];
      // Otherwise it would take its role back at once.
      await members.get(primary)?.keeper.stop('SIGTERM');
      await runScript(primary, 'stop-redis.sh');

      expect(await roleOf(replica)).toBe('master');
      expect(await roleOf(primary)).toBe('slave');
    }, 150_000);

    it('is ready when it belongs to a cluster that works', async () => {
      await expect(runScript(PRIMARY_HOSTS[0] ?? '', 'probe-redis.sh')).resolves.toBeDefined();
      await stop(PRIMARY_HOSTS[0]);
      await expect(runScript(PRIMARY_HOSTS[0] ?? '', 'probe-redis.sh')).rejects.toThrow();
    }, 60_000);

    function start(host: string): void {
      const config = renderInto(host);
      const env = environmentOf(host);
      members.set(host, {
        server: startProgram('sh', [`${config}/start-redis.sh`], env),
        keeper: startProgram('sh', [`${config}/keep-redis.sh`], env),
        config,
      });
    }

    async function stop(host: string | undefined): Promise<void> {
      const member = members.get(host ?? '');
      await Promise.all([member?.server.stop('SIGKILL'), member?.keeper.stop('SIGKILL')]);
    }

    function renderInto(host: string): string {
      const dataFolder = data.get(host) ?? createFolder('data');
      data.set(host, dataFolder);
      const common = {
        runFolder: createFolder('run'),
        port,
        primaryHosts: PRIMARY_HOSTS,
        replicaHosts: REPLICA_HOSTS,
        cliProgram: 'redis-cli',
        serverProgram,
      };
      return createConfigFolder((folder) => {
        const membership: RedisClusterMembership = { ...common, configFolder: folder };
        return {
          // Members of one machine differ by address; in a cluster each has a machine of its own.
          'redis.conf': `${renderRedisCluster({ port, dataFolder, maxMemoryMib: 64 })}bind ${host}\n`,
          'start-redis.sh': renderStartRedisCluster(membership),
          'keep-redis.sh': renderKeepRedisCluster(membership),
          'stop-redis.sh': renderStopRedisCluster(membership),
          'probe-redis.sh': renderProbeRedisCluster(membership),
        };
      });
    }

    function environmentOf(host: string): Record<string, string> {
      return {
        PATH: process.env.PATH ?? '',
        SELF_HOST: host,
        SELF_ADDRESS: host,
        REDIS_PASSWORD: PASSWORD,
      };
    }

    async function runScript(host: string, script: string): Promise<unknown> {
      const config = members.get(host)?.config ?? '';
      return run('sh', [`${config}/${script}`], { env: environmentOf(host) });
    }

    /** All members know each other, each shard has its primary where it belongs, and all replicas are in sync. */
    async function waitForWhole(): Promise<void> {
      await waitFor(
        async () => {
          for (const host of HOSTS) {
            const info = await ask(host, ['cluster', 'info']);
            if (!/cluster_state:ok/.test(info)) return null;
            if (!/cluster_known_nodes:6\b/.test(info)) return null;
            if (!/cluster_slots_ok:16384/.test(info)) return null;
          }
          for (const [shard, host] of PRIMARY_HOSTS.entries()) {
            if ((await roleOf(host)) !== 'master') return null;
            if ((await replicasOf(host))[0] !== REPLICA_HOSTS[shard]) return null;
          }
          return true;
        },
        describeAll,
        120_000,
      );
    }

    async function replicasOf(host: string | undefined): Promise<readonly string[]> {
      const id = (await ask(host, ['cluster', 'myid'])).trim();
      const nodes = await ask(host, ['cluster', 'nodes']);
      return nodes
        .split('\n')
        .map((line) => line.split(' '))
        .filter(([, , flags, primary]) => primary === id && !/fail|noaddr/.test(flags ?? ''))
        .map(([, address]) => address?.split(',')[1] ?? '');
    }

    async function roleOf(host: string | undefined): Promise<string> {
      return (await ask(host, ['role'])).split('\n')[0] ?? '';
    }

    async function write(value: string): Promise<void> {
      await waitFor(
        async () => ((await ask(HOSTS[1], ['-c', 'set', 'key', value])) === 'OK\n' ? true : null),
        describeAll,
      );
    }

    async function read(): Promise<string> {
      return (await ask(HOSTS[1], ['-c', 'get', 'key'])).trim();
    }

    async function ask(host: string | undefined, command: readonly string[]): Promise<string> {
      try {
        const address = ['-h', host ?? '', '-p', String(port), '--raw'];
        const { stdout } = await run('redis-cli', [...address, ...command], {
          env: { PATH: process.env.PATH ?? '', REDISCLI_AUTH: PASSWORD },
        });
        return stdout;
      } catch {
        return '';
      }
    }

    function describeAll(): string {
      return [...members]
        .map(([host, { server, keeper }]) => `--- ${host}\n${server.output()}${keeper.output()}`)
        .join('\n');
    }
  });
});

/** Members talk to each other at a port that is ten thousand higher. */
async function findBusPort(): Promise<number> {
  for (;;) {
    const port = await findFreePort();
    if (port <= 55_535) return port;
  }
}
