import { setTimeout as wait } from 'node:timers/promises';
import { describeWithTool } from '../../support/lab-tool';
import { waitFor } from '../render/program';
import { BreakableLink } from './support/breakable-link';
import { startCountingProvider } from './support/counting-provider';
import type { CountingProvider } from './support/counting-provider';
import { DRILL } from './support/drill-scale';
import { OpenLoop } from './support/open-loop';
import { startPostgresSetting } from './support/postgres-setting';
import type { PostgresSetting } from './support/postgres-setting';
import { startSingleRedis } from './support/redis-setting';
import type { RedisSetting } from './support/redis-setting';
import { createKey, Replica } from './support/replicas';
import { createDrillFolder, PRICES, renderConfig } from './support/setting';

const SCALE = DRILL.scale({
  short: { perSecond: 50, awaySeconds: 10, keys: 20 },
  full: { perSecond: 100, awaySeconds: 600, keys: 50 },
});

const MICRO = 1_000_000;

/** What the database holds after it has heard everything. */
interface Books extends Record<string, unknown> {
  readonly entries: number;
  readonly calls: number;
  readonly micro_dollars: number;
  readonly distinct_calls: number;
}

describeWithTool('pgbouncer', (pgbouncer) => {
  describeWithTool('redis-server', (redisServer) => {
    describe('three replicas whose database and Redis fail', () => {
      let provider: CountingProvider;
      let postgres: PostgresSetting;
      let redis: RedisSetting;
      let links: { readonly postgres: BreakableLink; readonly redis: BreakableLink };
      let replicas: readonly Replica[];
      let keys: readonly string[];

      beforeAll(async () => {
        provider = await startCountingProvider({ answerMs: 20, tokenMs: 5 });
        postgres = await startPostgresSetting(pgbouncer);
        redis = await startSingleRedis(redisServer);
        links = {
          postgres: new BreakableLink({ host: '127.0.0.1', port: postgres.port }),
          redis: new BreakableLink({ host: '127.0.0.1', port: redis.port }),
        };
        const settings = {
          folder: createDrillFolder('data-tier'),
          config: renderConfig(provider.url),
          environment: {
            DATABASE_URL: postgres.url(await links.postgres.start()),
            REDIS_HOST: '127.0.0.1',
            REDIS_PORT: String(await links.redis.start()),
            LITELLM_SALT_KEY: 'drill-salt-key-0123456789',
          },
        };
        const names = ['replica-1', 'replica-2', 'replica-3'];
        replicas = await Promise.all(names.map((name) => Replica.create(settings, name)));
        await Promise.all(replicas.map((replica) => replica.start()));
        const [first] = replicas;
        keys = await Promise.all(
          Array.from({ length: SCALE.keys }, () =>
            createKey(first?.url ?? '', { rpm_limit: 100_000, max_budget: 1000 }),
          ),
        );
        // Every replica hears of every key.
        await Promise.all(
          replicas.flatMap(({ url }) =>
            keys.map((key) =>
              waitFor(
                async () => {
                  const response = await fetch(`${url}/v1/models`, {
                    headers: { authorization: `Bearer ${key}` },
                  });
                  await response.arrayBuffer();
                  return response.status === 200 ? true : null;
                },
                () => 'a replica does not know a key',
                15_000,
              ),
            ),
          ),
        );
      }, 120_000);

      afterAll(async () => {
        await Promise.all((replicas ?? []).map((replica) => replica.end('SIGKILL')));
        await Promise.all([links?.postgres.stop(), links?.redis.stop()]);
        await redis?.stop();
        await postgres?.stop();
        await provider?.stop();
      });

      const load = (): OpenLoop =>
        new OpenLoop({
          urls: replicas.map(({ url }) => url),
          keys,
          perSecond: SCALE.perSecond,
          timeoutMs: 10_000,
          body: () => ({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
        });

      /** Waits until every entry has arrived, and compares with what the provider charged. */
      async function expectBooksToBalance(): Promise<Books> {
        const { calls, promptTokens, completionTokens } = provider.charged();
        let books: Books | undefined;
        await waitFor(
          async () => {
            [books] = await postgres.query<Books>(
              `SELECT count(*)::int AS entries, sum(calls)::int AS calls, sum(micro_dollars)::bigint::float8 AS micro_dollars,
                      count(DISTINCT call_id)::int AS distinct_calls
               FROM gateway_ledger WHERE outcome = 'success'`,
            );
            return (books?.calls ?? 0) >= calls ? true : null;
          },
          () => `of ${calls} calls these arrived: ${JSON.stringify(books)}`,
          60_000,
        );
        if (books === undefined) throw new Error('there are no books');
        expect(books.calls - calls).toBe(0);
        expect(books.micro_dollars).toBe(
          Math.round((promptTokens * PRICES.input + completionTokens * PRICES.output) * MICRO),
        );
        const gaps = await postgres.query('SELECT * FROM gateway_ledger_gaps');
        expect(gaps).toEqual([]);
        return books;
      }

      it(
        'serve every call while the primary is killed behind PgBouncer',
        async () => {
          const running = load();
          await wait(2_000);
          postgres.killPrimary();
          await wait(8_000);
          const report = await running.stop();
          DRILL.tell('PostgreSQL primary killed', report);

          expect(report.failures).toEqual({});
          await expectBooksToBalance();
        },
        DRILL.timeoutMs,
      );

      it.each(['cut', 'black-hole'] as const)(
        'serve known keys while both are away (%s), and lose and double nothing',
        async (how) => {
          const running = load();
          await wait(2_000);
          links.postgres.break(how);
          links.redis.break(how);
          await wait(SCALE.awaySeconds * 1000);
          links.postgres.heal();
          links.redis.heal();
          await wait(3_000);
          const report = await running.stop();
          const books = await expectBooksToBalance();
          DRILL.tell(`both away, ${how}`, { ...report, ...books, charged: provider.charged() });

          expect(report.failures).toEqual({});
          expect(books.distinct_calls).toBe(books.calls);
        },
        DRILL.timeoutMs,
      );

      it(
        'refuse an unknown key while the database is away, and readiness stays',
        async () => {
          links.postgres.break('cut');
          const [first] = replicas;
          const response = await fetch(`${first?.url}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: 'Bearer sk-unknown-0000000000000000' },
            body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
          });
          const readiness = await fetch(`${first?.url}/health/readiness`);
          links.postgres.heal();

          expect(response.status).toBe(401);
          expect(readiness.status).toBe(200);
        },
        DRILL.timeoutMs,
      );
    });
  });
});
