import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  renderRedis,
  renderSentinel,
  renderStartRedis,
  renderStartSentinel,
  renderStopRedis,
  type RedisMembership,
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
const REDIS_HOSTS = ['127.0.7.1', '127.0.7.2', '127.0.7.3'];
const SENTINEL_HOSTS = ['127.0.7.4', '127.0.7.5', '127.0.7.6'];

describeWithTool('redis-server', (serverProgram) => {
  describe('renderStartRedis', () => {
    const programs = new Map<string, Program>();
    const folders = new Map<string, { readonly config: string; readonly run: string }>();
    let redisPort: number;
    let sentinelPort: number;

    beforeAll(async () => {
      redisPort = await findFreePort();
      sentinelPort = await findFreePort();
      // Redis first, though it needs the Sentinels: the order must not matter.
      [...REDIS_HOSTS, ...SENTINEL_HOSTS].forEach(start);
      await waitForReplicas();
    }, 150_000);

    afterAll(async () => {
      await Promise.all([...programs.values()].map((program) => program.stop('SIGKILL')));
    });

    it('makes one primary with two replicas that need a password', async () => {
      await expect(askRedis(REDIS_HOSTS[0], ['role'])).resolves.toMatch(/^master\n/);
      await waitForWrite('127.0.7.1', 'value');
      const stranger = await run('redis-cli', ['-h', '127.0.7.1', '-p', `${redisPort}`, 'ping']);
      expect(stranger.stdout).toContain('NOAUTH');
    });

    it('fails over when the primary is killed, and takes it back as a replica', async () => {
      await programs.get('127.0.7.1')?.stop('SIGKILL');
      const primary = await waitForPrimary((host) => host !== '127.0.7.1');
      await expect(askRedis(primary, ['get', 'key'])).resolves.toBe('value\n');

      start('127.0.7.1');
      await waitForReplicas();
      await expect(askRedis('127.0.7.1', ['role'])).resolves.toMatch(/^slave\n/);
      // A starved machine may have seen one more failover by now.
      await waitForWrite(await waitForPrimary((host) => host !== '127.0.7.1'), 'new');
    }, 150_000);

    it('takes a Sentinel back under its old id, with the primary of now', async () => {
      const primary = await waitForPrimary(() => true);
      await programs.get('127.0.7.5')?.stop('SIGKILL');
      folders.delete('127.0.7.5');
      start('127.0.7.5');
      await waitFor(async () => {
        const answer = await askSentinel('127.0.7.5', 'get-master-addr-by-name');
        return answer.startsWith(`${primary}\n`) ? true : null;
      }, describeAll);
      const known = await askSentinel('127.0.7.4', 'sentinels');
      expect(known.match(/^name$/gm)).toHaveLength(2);
    }, 150_000);

    it('hands the role over before it stops', async () => {
      const primary = await waitForPrimary(() => true);
      const { config } = folderOf(primary);
      await run('sh', [`${config}/stop-redis.sh`], { env: environmentOf(primary) });

      await expect(waitForPrimary(() => true)).resolves.not.toBe(primary);
    }, 150_000);

    function start(host: string): void {
      const { config } = folderOf(host);
      const script = REDIS_HOSTS.includes(host) ? 'start-redis.sh' : 'start-sentinel.sh';
      programs.set(host, startProgram('sh', [`${config}/${script}`], environmentOf(host)));
    }

    function environmentOf(host: string): Record<string, string> {
      return { PATH: process.env.PATH ?? '', SELF_HOST: host, REDIS_PASSWORD: PASSWORD };
    }

    function folderOf(host: string): { readonly config: string; readonly run: string } {
      const known = folders.get(host);
      if (known !== undefined) return known;
      const runFolder = createFolder('run');
      const members: RedisMembership = {
        runFolder,
        configFolder: '',
        redisPort,
        redisHosts: REDIS_HOSTS,
        sentinelPort,
        sentinelHosts: SENTINEL_HOSTS,
        sentinelServiceName: 'mymaster',
        cliProgram: 'redis-cli',
        serverProgram,
      };
      const plan = {
        port: sentinelPort,
        serviceName: 'mymaster',
        count: 3,
        quorum: 2,
        downAfterMs: 1000,
        failoverTimeoutMs: 10_000,
        parallelSyncs: 1,
      };
      const conf = { port: redisPort, dataFolder: runFolder, maxMemoryMib: 64 };
      const files = (folder: string): Record<string, string> => {
        const placed = { ...members, configFolder: folder };
        return {
          // Members of one machine differ by address; in a cluster each has a machine of its own.
          'redis.conf': `${renderRedis(conf)}bind ${host}\n`,
          'sentinel.conf': `${renderSentinel(plan, runFolder)}bind ${host}\n`,
          'start-redis.sh': renderStartRedis(placed),
          'stop-redis.sh': renderStopRedis(placed),
          'start-sentinel.sh': renderStartSentinel(placed, plan),
        };
      };
      const config = createConfigFolder(files);
      const made = { config, run: runFolder };
      folders.set(host, made);
      return made;
    }

    async function waitForReplicas(): Promise<void> {
      await waitFor(async () => {
        const state = await askSentinel('127.0.7.4', 'master');
        const fields = new Map(pairs(state.split('\n')));
        const complete =
          fields.get('num-slaves') === '2' &&
          fields.get('num-other-sentinels') === '2' &&
          fields.get('flags') === 'master';
        if (!complete) return null;
        const primary = fields.get('ip') ?? '';
        const info = await askRedis(primary, ['info', 'replication']);
        return /connected_slaves:2/.test(info) ? true : null;
      }, describeAll);
    }

    /** The primary takes writes once a replica has confirmed that it listens. */
    async function waitForWrite(host: string, value: string): Promise<void> {
      await waitFor(
        async () => ((await askRedis(host, ['set', 'key', value])) === 'OK\n' ? true : null),
        describeAll,
      );
    }

    async function waitForPrimary(accept: (host: string) => boolean): Promise<string> {
      return waitFor(async () => {
        const [host] = (await askSentinel('127.0.7.4', 'get-master-addr-by-name')).split('\n');
        if (host === undefined || !REDIS_HOSTS.includes(host) || !accept(host)) return null;
        return (await askRedis(host, ['role'])).startsWith('master\n') ? host : null;
      }, describeAll);
    }

    async function askRedis(host: string | undefined, command: readonly string[]): Promise<string> {
      return ask(host ?? '', redisPort, command);
    }

    async function askSentinel(host: string, command: string): Promise<string> {
      return ask(host, sentinelPort, ['sentinel', command, 'mymaster']);
    }

    async function ask(host: string, port: number, command: readonly string[]): Promise<string> {
      try {
        const address = ['-h', host, '-p', String(port), '--raw'];
        const { stdout } = await run('redis-cli', [...address, ...command], {
          env: { PATH: process.env.PATH ?? '', REDISCLI_AUTH: PASSWORD },
        });
        return stdout;
      } catch {
        return '';
      }
    }

    function describeAll(): string {
      return [...programs].map(([host, each]) => `--- ${host}\n${each.output()}`).join('\n');
    }
  });
});

function pairs(lines: readonly string[]): readonly [string, string][] {
  return lines.flatMap((line, index) =>
    index % 2 === 0 ? [[line, lines[index + 1] ?? ''] as [string, string]] : [],
  );
}
