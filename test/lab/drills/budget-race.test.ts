import { describeWithTool } from '../../support/lab-tool';
import { waitFor } from '../render/program';
import { BreakableLink } from './support/breakable-link';
import { startCountingProvider } from './support/counting-provider';
import type { CountingProvider } from './support/counting-provider';
import { DRILL } from './support/drill-scale';
import { startPostgresSetting } from './support/postgres-setting';
import type { PostgresSetting } from './support/postgres-setting';
import { startSingleRedis } from './support/redis-setting';
import type { RedisSetting } from './support/redis-setting';
import { createKey, Replica } from './support/replicas';
import { createDrillFolder, PRICES, renderConfig } from './support/setting';

const CALLS_PAID_FOR = 10;
const AT_ONCE = 500;
/** What one call costs in truth: seven tokens in, three out. */
const COST = 7 * PRICES.input + 3 * PRICES.output;
const MAX_TOKENS = 3;
/** Tokens are estimated by length beforehand; the greeting is shorter than the provider counts it. */
const ESTIMATED_PROMPT_TOKENS = 6;
const RESERVED = ESTIMATED_PROMPT_TOKENS * PRICES.input + MAX_TOKENS * PRICES.output;
/** docs/limits.md: what the calls that were admitted cost beyond what was set aside for them. */
const PER_CALL_BOUND = COST - RESERVED;

/** One key with money for ten calls, and five hundred that come at once to three replicas. */
describeWithTool('pgbouncer', (pgbouncer) => {
  describeWithTool('redis-server', (redisServer) => {
    describe('a budget for ten calls and five hundred at once on three replicas', () => {
      let provider: CountingProvider;
      let postgres: PostgresSetting;
      let redis: RedisSetting;
      let link: BreakableLink;
      let replicas: readonly Replica[];

      beforeAll(async () => {
        provider = await startCountingProvider({ answerMs: 200, tokenMs: 5 });
        postgres = await startPostgresSetting(pgbouncer);
        redis = await startSingleRedis(redisServer);
        link = new BreakableLink({ host: '127.0.0.1', port: redis.port });
        const settings = {
          folder: createDrillFolder('budget'),
          config: renderConfig(provider.url),
          environment: {
            DATABASE_URL: postgres.url(),
            REDIS_HOST: '127.0.0.1',
            REDIS_PORT: String(await link.start()),
            LITELLM_SALT_KEY: 'drill-salt-key-0123456789',
          },
        };
        const names = ['replica-1', 'replica-2', 'replica-3'];
        replicas = await Promise.all(names.map((name) => Replica.create(settings, name)));
        await Promise.all(replicas.map((replica) => replica.start()));
        await everyReplica(replicas, 'litellm_ha_replicas_seen', 3);
      }, 120_000);

      afterAll(async () => {
        await Promise.all((replicas ?? []).map((replica) => replica.end('SIGKILL')));
        await link?.stop();
        await redis?.stop();
        await postgres?.stop();
        await provider?.stop();
      });

      it.each(['there', 'away'] as const)(
        'overspends by no more than the bound with Redis %s',
        async (where) => {
          if (where === 'away') {
            link.break('cut');
            await everyReplica(replicas, 'litellm_ha_redis_connected', 0);
          }
          const budget = CALLS_PAID_FOR * COST;
          const key = await createKey(replicas[0]?.url ?? '', { max_budget: budget });
          await knownEverywhere(replicas, key);
          const before = provider.charged().calls;

          const statuses = await Promise.all(
            Array.from({ length: AT_ONCE }, (_, index) =>
              ask(replicas[index % replicas.length]?.url ?? '', key),
            ),
          );
          const admitted = statuses.filter((status) => status === 200).length;
          const spent = (provider.charged().calls - before) * COST;
          DRILL.tell(`budget race, Redis ${where}`, {
            budget,
            spent,
            admitted,
            refused: statuses.filter((status) => status === 400).length,
          });

          expect(statuses.filter((status) => status !== 200 && status !== 400)).toEqual([]);
          expect(admitted).toBeGreaterThan(0);
          expect(spent).toBeLessThanOrEqual(budget + admitted * PER_CALL_BOUND + 1e-9);
          link.heal();
        },
        DRILL.timeoutMs,
      );
    });
  });
});

async function ask(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4o',
      max_tokens: MAX_TOKENS,
      messages: [{ role: 'user', content: 'Hello' }],
    }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function everyReplica(
  replicas: readonly Replica[],
  metric: string,
  value: number,
): Promise<void> {
  for (const replica of replicas) {
    await waitFor(
      async () => ((await replica.metric(metric)) === value ? true : null),
      () => `${metric} never became ${value}: ${replica.tail()}`,
      30_000,
    );
  }
}

async function knownEverywhere(replicas: readonly Replica[], key: string): Promise<void> {
  for (const { url } of replicas) {
    await waitFor(
      async () => {
        const response = await fetch(`${url}/v1/models`, {
          headers: { authorization: `Bearer ${key}` },
        });
        await response.arrayBuffer();
        return response.status === 200 ? true : null;
      },
      () => 'a replica does not know the key',
      20_000,
    );
  }
}
