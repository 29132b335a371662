import { setTimeout as sleep } from 'node:timers/promises';
import { RedisHealthResultStore } from '../../../runtime/state/redis-health-result-store';
import { RedisKeys } from '../../../runtime/state/redis-keys';
import { RedisResponseCache } from '../../../runtime/state/redis-response-cache';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { describeWithTool } from '../../support/lab-tool';
import { waitFor } from '../render/program';
import { itIsAHealthResultStore } from '../../runtime/state/health-result-store.contract';
import { itIsAResponseCache } from '../../runtime/state/response-cache.contract';
import { SharedReports } from '../../../runtime/state/shared-reports';
import type { Neighbours } from '../../../runtime/state/replica-report';
import { startDelayProxy, type DelayProxy } from './delay-proxy';
import {
  createMember,
  drawHosts,
  NO_CACHE_CONFIG,
  SERVER_LINES,
  waitForAnswer,
  type Member,
} from './redis-lab';
import {
  AS_IN_PRODUCTION,
  aQuota,
  createSharedState,
  measureOutage,
  waitUntilShared,
  type SharedState,
  type SharedStateOptions,
} from './shared-state';

const PORT = 6379;
/** What a busy machine may add to the twenty milliseconds. */
const NOISE_MS = 400;

describeWithTool('redis-server', (program) => {
  const [host = ''] = drawHosts(1);
  const lines = [...SERVER_LINES, `port ${PORT}`, 'requirepass pass123'];
  const cli = ['-a', 'pass123'];
  let server: Member;
  let proxy: DelayProxy;
  const states: SharedState[] = [];

  beforeAll(async () => {
    server = createMember(program, { host, port: PORT, lines, cli, mode: 'server' });
    server.start();
    await waitForAnswer(server, ['ping'], (answer) => answer === 'PONG');
    proxy = await startDelayProxy({ host, port: PORT });
  });

  afterEach(async () => {
    for (const state of states.splice(0)) state.stop();
    await server.ask('flushall');
  });

  afterAll(async () => {
    await proxy.stop();
    server.thaw();
    await server.kill();
  });

  async function aReplica(
    patience: SharedStateOptions['patience'] = 'of-a-test',
    node = { host, port: PORT },
  ): Promise<SharedState> {
    const config = { ...NO_CACHE_CONFIG, nodes: [node], password: 'pass123' };
    const state = createSharedState(config, { ...AS_IN_PRODUCTION, patience });
    states.push(state);
    await waitUntilShared(state);
    return state;
  }

  const advance = (byMs: number): Promise<void> => sleep(byMs + 20);

  describe('RedisHealthResultStore', () => {
    itIsAHealthResultStore(async () => {
      const { link, keys } = await aReplica();
      return { store: new RedisHealthResultStore(link, keys), advance };
    });

    it('takes what another version wrote for nothing', async () => {
      const { link, keys } = await aReplica();
      const store = new RedisHealthResultStore(link, keys);
      await link.send('SET', [keys.shared('health', 'report'), '{"checkedAtMs":"soon"}']);
      expect(await store.read()).toBeNull();
    });
  });

  describe('RedisResponseCache', () => {
    itIsAResponseCache(async () => {
      const { redis, keys, link } = await aReplica();
      const settle = async (): Promise<void> => void (await link.send('PING', []));
      return { cache: new RedisResponseCache(redis, keys), advance, settle };
    });

    it('keeps the namespaces of two installations apart', async () => {
      const { redis, link } = await aReplica();
      const one = new RedisResponseCache(redis, new RedisKeys('one'));
      const other = new RedisResponseCache(redis, new RedisKeys('other'));
      one.write('a', Buffer.from('mine'), 10_000);
      await link.send('PING', []);
      expect(await other.read('a')).toBeNull();
      expect(String(await one.read('a'))).toBe('mine');
    });

    it('does not swallow what somebody else made too large', async () => {
      const { redis, keys, link } = await aReplica();
      const cache = new RedisResponseCache(redis, keys);
      await link.send('SETRANGE', [keys.single('answer', 'a'), 2 * 1024 * 1024, 'x']);
      expect(await cache.read('a')).toBeNull();
      expect(cache.counts.misses).toBe(1);
    });
  });

  describe('RedisQuotaStore', () => {
    it('grants exactly as much as there is to five hundred calls at once from three replicas', async () => {
      const replicas = await Promise.all([aReplica(), aReplica(), aReplica()]);
      const quotas = [
        aQuota({ id: 'key:a:rpm', limit: 100 }),
        aQuota({ id: 'key:a:parallel', kind: 'concurrent', limit: 10, window: 0 }),
        aQuota({ id: 'team:t:budget', limit: 20_000_000, amount: 20_000 }),
      ];
      const turns = Array.from({ length: 500 }, (_, turn) => turn);
      const verdicts = await Promise.all(
        turns
          .flatMap((turn) => replicas[turn % 3] ?? [])
          .map((each) => each.quotas.reserve(quotas)),
      );
      const granted = verdicts.filter(({ kind }) => kind === 'granted');
      expect(granted).toHaveLength(10);
      // What the others had reserved elsewhere before they were refused was given back.
      const [one] = replicas;
      await waitFor(
        async () => {
          const probe = quotas.map((quota) => ({ ...quota, amount: 0 }));
          const verdict = await one?.quotas.reserve(probe);
          return JSON.stringify(verdict) ===
            JSON.stringify({ kind: 'granted', remaining: [90, 0, 19_800_000] })
            ? true
            : null;
        },
        () => 'reservations were not given back',
      );
    });

    it('names the quota that refuses, and what remains of it', async () => {
      const { quotas } = await aReplica();
      const wide = aQuota({ id: 'key:a:rpm', limit: 100 });
      const narrow = aQuota({ id: 'key:a:tpm', limit: 1000, amount: 600 });
      expect(await quotas.reserve([wide, narrow])).toEqual({
        kind: 'granted',
        remaining: [99, 400],
      });
      expect(await quotas.reserve([wide, narrow])).toEqual({
        kind: 'refused',
        quota: narrow,
        remaining: 400,
      });
      expect(await quotas.reserve([wide])).toEqual({ kind: 'granted', remaining: [98] });
    });

    it('puts what was used in place of what was reserved', async () => {
      const { quotas } = await aReplica();
      const tokens = aQuota({ id: 'key:a:tpm', limit: 1000, amount: 600 });
      const place = aQuota({ id: 'key:a:parallel', kind: 'concurrent', limit: 1, window: 0 });
      await quotas.reserve([tokens, place]);
      await quotas.settle([
        { quota: tokens, used: 250 },
        { quota: place, used: 0 },
      ]);
      expect(await quotas.reserve([tokens, place])).toEqual({
        kind: 'granted',
        remaining: [150, 0],
      });
    });

    it('starts from what is known, and again so after Redis has forgotten', async () => {
      const { quotas } = await aReplica();
      const budget = aQuota({ id: 'key:a:budget', limit: 1000, amount: 100, known: 500 });
      expect(await quotas.reserve([budget])).toEqual({ kind: 'granted', remaining: [400] });
      await server.ask('flushall');
      expect(await quotas.reserve([{ ...budget, known: 700 }])).toEqual({
        kind: 'granted',
        remaining: [200],
      });
    });

    it('takes over what was used apart, also where Redis has forgotten the rest', async () => {
      const { quotas } = await aReplica();
      const apart = aQuota({ id: 'key:a:rpm', limit: 100, amount: 0 });
      await quotas.settle([{ quota: apart, used: 30 }]);
      expect(await quotas.reserve([apart])).toEqual({ kind: 'granted', remaining: [70] });
    });

    it('keeps exact count of large budgets', async () => {
      const { quotas } = await aReplica();
      const limit = 9_000_000_000_000_000;
      const budget = aQuota({ id: 'team:a:budget', limit, amount: 1, known: limit - 3 });
      expect(await quotas.reserve([budget])).toEqual({ kind: 'granted', remaining: [2] });
      expect(await quotas.reserve([budget])).toEqual({ kind: 'granted', remaining: [1] });
    });

    it('counts each window by itself and lets a counter go after its window', async () => {
      const { quotas } = await aReplica();
      const first = aQuota({ id: 'key:a:rpm', limit: 1, window: 1, windowEndsMs: Date.now() });
      await quotas.reserve([first]);
      expect(await quotas.reserve([first])).toMatchObject({ kind: 'refused' });
      expect(await quotas.reserve([{ ...first, window: 2 }])).toMatchObject({ kind: 'granted' });
      const names = (await server.ask('keys', '*key:a*')).split('\n');
      for (const name of names) {
        expect(Number(await server.ask('pttl', name))).toBeLessThanOrEqual(61_000);
      }
    });

    it('gives the places of a replica that died to others when its lease is over', async () => {
      const [dead, alive] = await Promise.all([aReplica(), aReplica()]);
      const place = aQuota({ id: 'key:a:parallel', kind: 'concurrent', limit: 1, window: 0 });
      await dead.quotas.reserve([place]);
      dead.stop();
      expect(await alive.quotas.reserve([place])).toMatchObject({ kind: 'refused' });
      // Thirty seconds are not waited for: the lease is made to have ended.
      const name = await server.ask('keys', '*parallel*');
      const boot = await server.ask('hkeys', name);
      const [, endsMs] = (await server.ask('hget', name, boot)).split(':');
      expect(Number(endsMs) - Date.now()).toBeGreaterThan(20_000);
      expect(Number(endsMs) - Date.now()).toBeLessThanOrEqual(31_000);
      await server.ask('hset', name, boot, `1:${Date.now() - 1}`);
      expect(await alive.quotas.reserve([place])).toMatchObject({ kind: 'granted' });
    });

    it('tells a Redis that has forgotten which places are taken', async () => {
      const state = await aReplica();
      const place = aQuota({ id: 'key:a:parallel', kind: 'concurrent', limit: 1, window: 0 });
      await state.quotas.reserve([place]);
      await server.ask('flushall');
      // A new connection is what follows when Redis starts anew; the places are told at once then.
      await server.ask('client', 'kill', 'type', 'normal');
      const other = await aReplica();
      await waitFor(
        async () => {
          const asked = await other.quotas.reserve([{ ...place, amount: 1 }]);
          if (asked.kind === 'refused') return true;
          await other.quotas.settle([{ quota: place, used: 0 }]);
          return null;
        },
        () => 'the place was never told',
      );
    });
  });

  describe('SharedReports', () => {
    it('lets replicas hear of each other, and of one that leaves', async () => {
      const names = ['one', 'two', 'three'];
      const reports = await Promise.all(
        names.map(async (boot) => {
          const { link, keys } = await aReplica();
          return new SharedReports({
            ...{ link, keys, boot },
            ports: { clock: systemClock, random: systemRandom },
            // A clock that is an hour wrong must not matter.
            createReport: () => ({
              boot,
              atMs: Date.now() - 3_600_000,
              directoryPosition: boot,
              deployments: {
                a: {
                  ...{ inFlight: 1, minute: 1, requests: 2, tokens: 3 },
                  restsUntilMs: Date.now() - 3_600_000 + 20_000,
                  restReason: 'failures',
                  answers: { json: null, stream: { valueMs: 100, atMs: 50 } },
                },
              },
            }),
          });
        }),
      );
      const [first, , last] = reports;
      if (first === undefined || last === undefined) throw new Error('no replica');
      for (const each of reports) each.start();
      const heard = await waitForNeighbours(first, ({ reports: told }) => told.length === 2);
      expect(heard.replicas).toBe(3);
      expect(heard.reports.map(({ boot }) => boot).sort()).toEqual(['three', 'two']);
      for (const report of heard.reports) {
        const told = report.deployments['a'];
        expect(Math.abs((told?.restsUntilMs ?? 0) - Date.now() - 20_000)).toBeLessThan(3_000);
        expect(told?.answers.stream?.atMs).toBeGreaterThanOrEqual(50);
      }

      await last.stop();
      await waitForNeighbours(first, ({ reports: told }) => told.length === 1);
      await waitForNeighbours(first, ({ replicas }) => replicas === 2);
      for (const each of reports) await each.stop();
    });

    it('ignores a report that makes no sense or is too large, and counts it', async () => {
      const { link, keys } = await aReplica();
      await link.send('ZADD', [keys.shared('replicas'), Date.now(), 'mad']);
      await link.send('SET', [keys.shared('replica', 'mad'), '{"boot":"mad"']);
      await link.send('ZADD', [keys.shared('replicas'), Date.now(), 'huge']);
      await link.send('SETRANGE', [keys.shared('replica', 'huge'), 2 * 1024 * 1024, 'x']);
      const ports = { clock: systemClock, random: systemRandom };
      const report = { boot: 'sane', atMs: 0, directoryPosition: null, deployments: {} };
      const reports = new SharedReports({
        ...{ link, keys, ports },
        boot: 'sane',
        createReport: () => report,
      });
      reports.start();
      const heard = await waitForNeighbours(reports, ({ replicas }) => replicas === 3);
      expect(heard.reports).toEqual([]);
      expect(reports.counts.ignoredReports).toBeGreaterThanOrEqual(2);
      await reports.stop();
    });
  });

  describe('BoundedRedis', () => {
    it('costs one call its wait when Redis turns slow by five seconds, and is back when it is well', async () => {
      const state = await aReplica('of-a-request', { host: '127.0.0.1', port: proxy.port });
      const outage = await measureOutage(state, async () => {
        proxy.setDelayMs(5_000);
        await sleep(6_000);
        proxy.setDelayMs(0);
      });
      expect(outage.alone).toBeGreaterThan(100);
      expect(outage.longestMs).toBeLessThanOrEqual(20 + NOISE_MS);
      expect(state.redis.counts.timeouts).toBeLessThanOrEqual(20);
      expect(state.redis.counts.refused).toBeGreaterThan(100);
    }, 90_000);

    it('is back after Redis was killed and started again', async () => {
      const state = await aReplica('of-a-request');
      const outage = await measureOutage(state, async () => {
        await server.kill();
        await sleep(1_000);
        server.start();
      });
      expect(outage.alone).toBeGreaterThan(0);
      expect(outage.longestMs).toBeLessThanOrEqual(20 + NOISE_MS);
      expect(outage.degradedMs).toBeLessThanOrEqual(15_000);
    }, 90_000);

    it('is back after Redis hung', async () => {
      const state = await aReplica('of-a-request');
      const outage = await measureOutage(state, async () => {
        server.freeze();
        await sleep(5_000);
        server.thaw();
      });
      expect(outage.alone).toBeGreaterThan(0);
      expect(outage.longestMs).toBeLessThanOrEqual(20 + NOISE_MS);
      expect(outage.degradedMs).toBeLessThanOrEqual(15_000);
    }, 90_000);

    it('writes few lines about all of this', async () => {
      const state = createSharedState({
        ...NO_CACHE_CONFIG,
        nodes: [{ host, port: 1 }],
        password: 'pass123',
      });
      states.push(state);
      await sleep(2_000);
      expect(state.logLines.length).toBeGreaterThan(0);
      expect(state.logLines.length).toBeLessThanOrEqual(2);
      expect(state.logLines.join('')).toContain('ECONNREFUSED');
      expect(state.logLines.join('')).not.toContain('pass123');
    });
  });
});

function waitForNeighbours(
  reports: SharedReports,
  accept: (neighbours: Neighbours) => boolean,
): Promise<Neighbours> {
  return waitFor(
    async () => (accept(reports.neighbours) ? reports.neighbours : null),
    () => `the neighbours stayed ${JSON.stringify(reports.neighbours)}`,
  );
}
