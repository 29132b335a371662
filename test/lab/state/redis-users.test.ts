import { renderAccessString } from '../../../constructs/aws/cache/users';
import type { CacheConfig } from '../../../lib/config/gateway-config';
import { createRedisState, type RedisState } from '../../../runtime/state/redis-state';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { describeWithTool } from '../../support/lab-tool';
import { waitFor } from '../render/program';
import {
  createCertificates,
  createMember,
  drawHosts,
  type Member,
  NO_CACHE_CONFIG,
  SERVER_LINES,
  waitForAnswer,
} from './redis-lab';
import { aQuota, createSharedState, type SharedState, waitUntilShared } from './shared-state';

const PORT = 6379;
const PASSWORD = 'pass-of-the-gateway';
/** Sees and may do everything, as no user in the cloud does. */
const WATCHER = 'pass-of-the-watcher';
/**
 * What the client sends when it comes to that: another database, a key that is being moved, a connection to a replica, a
 * test's question.
 */
const SENT_IN_NEED = ['asking', 'ping', 'readonly', 'readwrite', 'select'];
const OF_CLUSTERS = ['cluster|slots', 'cluster|info'];

describeWithTool('redis-server', (program) => {
  const [host = '', clusterHost = ''] = drawHosts(2);
  const certificates = createCertificates([host, clusterHost]);
  const server = createServer(host, []);
  const cluster = createServer(clusterHost, [
    'cluster-enabled yes',
    'tls-cluster yes',
    `cluster-announce-ip ${clusterHost}`,
  ]);
  const stops: (() => Promise<void>)[] = [];

  const single: CacheConfig = {
    ...NO_CACHE_CONFIG,
    nodes: [{ host, port: PORT }],
    username: 'gateway',
    password: PASSWORD,
    tls: true,
  };
  const inCluster: CacheConfig = {
    ...single,
    kind: 'cluster',
    nodes: [{ host: clusterHost, port: PORT }],
  };

  /** TLS alone, as ElastiCache has it with users, and the users of the templates. */
  function createServer(at: string, lines: readonly string[]): Member {
    return createMember(program, {
      host: at,
      port: PORT,
      mode: 'server',
      cli: [...certificates.cli, '--user', 'watcher', '--pass', WATCHER],
      lines: [
        ...SERVER_LINES,
        ...certificates.lines,
        'port 0',
        `tls-port ${PORT}`,
        'user default off -@all',
        `user gateway ${renderAccessString('packaged')} >${PASSWORD}`,
        `user litellm ${renderAccessString('registry')} >${PASSWORD}`,
        `user watcher on >${WATCHER} ~* &* +@all`,
        ...lines,
      ],
    });
  }

  function connect(config: CacheConfig): SharedState {
    const shared = createSharedState(config, {
      certificateAuthorities: certificates.authority,
      patience: 'of-a-test',
    });
    stops.push(async () => shared.stop());
    return shared;
  }

  function createReplica(config: CacheConfig, boot: string): RedisState {
    const state = createRedisState({
      config,
      certificateAuthorities: certificates.authority,
      namespace: 'lab',
      boot,
      ports: { clock: systemClock, random: systemRandom, writeLog: () => undefined },
      createReport: () => ({ boot, atMs: Date.now(), directoryPosition: null, deployments: {} }),
    });
    state.start();
    stops.push(() => state.stop());
    return state;
  }

  beforeAll(async () => {
    for (const member of [server, cluster]) {
      member.start();
      await waitForAnswer(member, ['ping'], (answer) => answer === 'PONG');
    }
    await cluster.ask('cluster', 'addslotsrange', '0', '16383');
    await waitForAnswer(cluster, ['cluster', 'info'], (answer) =>
      answer.includes('cluster_state:ok'),
    );
  }, 60_000);

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  afterAll(async () => {
    await Promise.all([server, cluster].map((member) => member.kill()));
  });

  describe('renderAccessString', () => {
    it.each([
      { what: 'one server', member: server, config: single, neverSent: OF_CLUSTERS },
      { what: 'a Cluster', member: cluster, config: inCluster, neverSent: [] },
    ])(
      'allows what the gateway sends to $what, and nothing that it never sends',
      async ({ member, config, neverSent }) => {
        await member.ask('acl', 'log', 'reset');
        await member.ask('config', 'resetstat');
        await useAll([createReplica(config, 'one'), createReplica(config, 'two')]);
        // A whole round of everything, and the good-bye of both.
        for (const stop of stops.splice(0)) await stop();

        expect(await member.ask('acl', 'log')).toBe('');
        const sent = await readCommands(member);
        const allowed = renderAccessString('packaged')
          .split(' ')
          .flatMap((word) => (word.startsWith('+') ? [word.slice(1)] : []));
        const unused = allowed.filter((command) => !sent.includes(command));
        expect(unused.filter((command) => !SENT_IN_NEED.includes(command))).toEqual(neverSent);
      },
      60_000,
    );

    it.each([
      ['empties the cache', 'FLUSHALL', []],
      ['empties one database of it', 'FLUSHDB', []],
      ['walks through all keys', 'KEYS', ['*']],
      ['scans all keys', 'SCAN', ['0']],
      ['reads its settings', 'CONFIG', ['GET', '*']],
      ['reads its users', 'ACL', ['LIST']],
      ['ends connections', 'CLIENT', ['KILL', 'TYPE', 'normal']],
      ['listens to the others', 'MONITOR', []],
      ['stops it', 'SHUTDOWN', ['NOSAVE']],
      ['reads the key of somebody else', 'GET', ['session:1']],
      ['writes the key of somebody else', 'SET', ['session:1', 'x']],
      ['empties it by a script', 'EVAL', ["return redis.call('FLUSHALL')", '0']],
      [
        'reads the key of somebody else by a script',
        'EVAL',
        ["return redis.call('GET', 'session:1')", '0'],
      ],
    ] as const)('allows nobody who %s as the gateway', async (_, command, args) => {
      const { link, ...shared } = connect(single);
      await waitUntilShared({ link, ...shared });
      await expect(link.send(command, args)).rejects.toThrow(
        /NOPERM|The user executing the script can't/,
      );
    });

    it('lets nobody in who names no user, with the password or without', async () => {
      for (const password of [PASSWORD, null]) {
        const { link, quotas, logLines } = connect({ ...single, username: null, password });
        await waitFor(
          async () => (logLines.join('').match(/WRONGPASS|NOAUTH/) === null ? null : true),
          () => `nobody was refused: ${link.status}\n${logLines.join('')}`,
        );
        await expect(quotas.reserve([aQuota()])).rejects.toThrow();
      }
    });

    it('lets the gateway use the database that its configuration names', async () => {
      await server.ask('acl', 'log', 'reset');
      await waitUntilShared(connect({ ...single, database: 2 }));
      expect(await server.ask('acl', 'log')).toBe('');
    });

    it('lets the gateway in by the old password and the new one, while the user has both', async () => {
      await server.ask('acl', 'setuser', 'gateway', '>pass-that-is-new');
      for (const password of [PASSWORD, 'pass-that-is-new']) {
        await waitUntilShared(connect({ ...single, password }));
      }
      await server.ask('acl', 'setuser', 'gateway', '<pass-that-is-new');
    });

    it.each([
      'get a',
      'mget a b',
      'set a 1 EX 60 NX',
      'incrbyfloat a 1',
      'expire a 60',
      'ttl a',
      'del a',
      'scan 0 MATCH a* COUNT 100',
      'sadd a 1',
      'smembers a',
      'rpush a 1',
      'lpop a 100',
      'zadd a 1 b',
      'eval x 1 a',
      'evalsha x 1 a',
      'script load x',
      'multi',
      'exec',
      'ping',
      'info',
      'command',
      'client setname litellm',
      'cluster slots',
      'cluster shards',
      'readonly',
      'publish a b',
    ])('allows an image that was brought to send: %s', async (command) => {
      expect(await server.ask('acl', 'dryrun', 'litellm', ...command.split(' '))).toBe('OK');
    });

    it.each([
      'flushall',
      'flushdb',
      'keys *',
      'config get *',
      'config set maxmemory 1',
      'acl list',
      'debug sleep 1',
      'shutdown',
      'monitor',
      'client kill type normal',
      'replicaof no one',
      'swapdb 0 1',
    ])('does not allow an image that was brought to send: %s', async (command) => {
      const answer = await server.ask('acl', 'dryrun', 'litellm', ...command.split(' '));
      expect(answer).toMatch(/has no permissions to run/);
    });
  });
});

/** Everything that replicas do with Redis, each thing at least once, also on a machine that is slow for 20 ms. */
async function useAll(replicas: readonly RedisState[]): Promise<void> {
  const place = aQuota({ id: 'key:a:parallel', kind: 'concurrent', limit: 1_000, window: 0 });
  const tokens = aQuota({ id: 'key:a:tpm', limit: 1_000_000, amount: 10 });
  for (const { quotas, reports, responses, healthResults } of replicas) {
    const verdict = await insist(() => quotas.reserve([place, place, tokens]));
    expect(verdict.kind).toBe('granted');
    await insist(async () => {
      await quotas.settle([
        { quota: place, used: 0 },
        { quota: place, used: 0 },
        { quota: tokens, used: 5 },
      ]);
      return 'settled';
    });
    const kept = await insist(async () => {
      responses.write('question', Buffer.from('answer'), 60_000);
      return responses.read('question');
    });
    expect(String(kept)).toBe('answer');
    expect(await healthResults.takeTurn('one', 10_000)).toBe('taken');
    await healthResults.write({ checkedAtMs: 1, checkedBy: 'one', results: [] });
    expect(await healthResults.read()).not.toBeNull();
    await healthResults.releaseTurn('one');
    // Each hears the other, and so each has read what the other left.
    await insist(async () => (reports.neighbours.reports.length > 0 ? 'heard' : null));
  }
}

/** Again and again, until there is an answer. */
function insist<T>(ask: () => Promise<T | null>): Promise<T> {
  let last: unknown = null;
  return waitFor(
    () =>
      ask().catch((error: unknown) => {
        last = error;
        return null;
      }),
    () => `never answered; the last error: ${String(last)}`,
  );
}

/** Names as an access string has them, of all commands that were called, those of scripts included. */
async function readCommands(member: Member): Promise<readonly string[]> {
  const text = await member.ask('info', 'commandstats');
  return [...text.matchAll(/^cmdstat_([^:]+):/gm)].flatMap(([, name]) => name ?? []);
}
