import { setTimeout as wait } from 'node:timers/promises';
import { describeWithTool } from '../../support/lab-tool';
import { waitFor } from '../render/program';
import { startCountingProvider } from './support/counting-provider';
import type { CountingProvider } from './support/counting-provider';
import { DRILL } from './support/drill-scale';
import { OpenLoop } from './support/open-loop';
import { startCluster, startSentinels } from './support/redis-failover-setting';
import type { Failure, RedisFailoverSetting } from './support/redis-failover-setting';
import { createKey, Replica } from './support/replicas';
import { createDrillFolder, renderConfig } from './support/setting';

const SCALE = DRILL.scale({
  short: { perSecond: 50, rounds: 1, downAfterMs: 1_000 },
  full: { perSecond: 100, rounds: 10, downAfterMs: 5_000 },
});
/** The promise, at five seconds until a master counts as down. */
const MOST_DEGRADED_MS = 15_000;
const CONNECTED = 'litellm_ha_redis_connected';

const SETTINGS = [
  ['Sentinels', startSentinels],
  ['a Cluster', startCluster],
] as const;

describeWithTool('redis-server', (redisServer) => {
  describe.each(SETTINGS)('three replicas over %s', (name, startRedis) => {
    let provider: CountingProvider;
    let redis: RedisFailoverSetting;
    let replicas: readonly Replica[];
    let keys: readonly string[];

    beforeAll(async () => {
      provider = await startCountingProvider({ answerMs: 20, tokenMs: 5 });
      redis = await startRedis(redisServer, SCALE.downAfterMs);
      const folder = createDrillFolder('redis-failover');
      const names = ['replica-1', 'replica-2', 'replica-3'];
      const config = renderConfig(provider.url);
      // Each has a store of its own, so each is asked for keys of its own.
      const environment = { ...redis.environment, LITELLM_SALT_KEY: 'drill-salt-key-0123456789' };
      const settings = { folder, config, environment };
      replicas = await Promise.all(names.map((each) => Replica.create(settings, each)));
      for (const replica of replicas) await replica.start();
      keys = await Promise.all(
        replicas.map(({ url }) =>
          createKey(url, { rpm_limit: 1_000_000, max_parallel_requests: 1000 }),
        ),
      );
      for (const replica of replicas) await untilConnected(replica);
    }, 180_000);

    afterAll(async () => {
      await Promise.all((replicas ?? []).map((replica) => replica.end('SIGKILL')));
      await redis?.stop();
      await provider?.stop();
    });

    it.each(
      Array.from({ length: SCALE.rounds }, (_, round) => round + 1).flatMap((round) =>
        (['killed', 'frozen'] as const).map((how): [Failure, number] => [how, round]),
      ),
    )(
      'fail no call when the master is %s, and share again soon (%i)',
      async (how) => {
        const load = new OpenLoop({
          urls: replicas.map(({ url }) => url),
          keys,
          perSecond: SCALE.perSecond,
          timeoutMs: 10_000,
          body: () => ({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
        });
        await wait(1_000);
        const startedMs = performance.now();
        await redis.failMaster(how);
        await waitFor(
          async () => ((await replicas[0]?.metric(CONNECTED)) === 0 ? true : null),
          () => 'nobody noticed',
          MOST_DEGRADED_MS,
        );
        for (const replica of replicas) await untilConnected(replica);
        const degradedMs = Math.round(performance.now() - startedMs);
        await wait(1_000);
        const report = await load.stop();
        DRILL.tell(`Redis over ${name}, master ${how}`, { degradedMs, ...report });

        expect(report.failures).toEqual({});
        expect(degradedMs).toBeLessThanOrEqual(MOST_DEGRADED_MS);
        await redis.recover();
      },
      DRILL.timeoutMs,
    );
  });
});

async function untilConnected(replica: Replica): Promise<void> {
  await waitFor(
    async () => ((await replica.metric(CONNECTED)) === 1 ? true : null),
    () => `a replica never reached Redis: ${replica.tail()}`,
    60_000,
  );
}
