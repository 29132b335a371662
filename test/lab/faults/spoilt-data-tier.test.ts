import { setTimeout as wait } from 'node:timers/promises';
import { startFaultProxy } from '../../support/fault-proxy';
import type { FaultProxy, WireFault } from '../../support/fault-proxy';
import { describeWithTool } from '../../support/lab-tool';
import { startCountingProvider } from '../drills/support/counting-provider';
import type { CountingProvider } from '../drills/support/counting-provider';
import { DRILL } from '../drills/support/drill-scale';
import { OpenLoop } from '../drills/support/open-loop';
import { startPooler, startPostgresSetting } from '../drills/support/postgres-setting';
import type { PostgresSetting } from '../drills/support/postgres-setting';
import { startSingleRedis } from '../drills/support/redis-setting';
import type { RedisSetting } from '../drills/support/redis-setting';
import { createKey, Replica } from '../drills/support/replicas';
import { createDrillFolder, PRICES, renderConfig } from '../drills/support/setting';
import { findFreePort, waitFor } from '../render/program';
import type { Program } from '../render/program';

const SCALE = DRILL.scale({
  short: { perSecond: 40, secondsEach: 4 },
  full: { perSecond: 100, secondsEach: 30 },
});
const MICRO = 1_000_000;

/** What is done to every connection that is made meanwhile; the first is what a toxic of 3000 bytes does. */
const FAULTS: readonly (readonly [string, { readonly [tier in Tier]?: WireFault }])[] = [
  [
    'the server of the pooler cut in a row',
    { postgres: { kind: 'cut', from: 'server', atByte: 3_000 } },
  ],
  ['the pooler cut in a message', { pooler: { kind: 'cut', from: 'server', atByte: 700 } }],
  [
    'the pooler sending nonsense',
    {
      pooler: {
        kind: 'insert',
        atByte: 640,
        bytes: Buffer.from('D\0\0\0\u0006\0\u0003', 'latin1'),
      },
    },
  ],
  [
    'Redis sending what nobody asked for',
    { redis: { kind: 'insert', atByte: 5_200, bytes: Buffer.from('$-1\r\n') } },
  ],
  ['Redis changing a byte', { redis: { kind: 'flip', atByte: 5_300, mask: 0x1a } }],
];

type Tier = 'postgres' | 'pooler' | 'redis';

describeWithTool('pgbouncer', (pgbouncer) => {
  describeWithTool('redis-server', (redisServer) => {
    describe('three replicas whose data tier sends nonsense', () => {
      let provider: CountingProvider;
      let postgres: PostgresSetting;
      let redis: RedisSetting;
      let pooler: Program;
      let wires: Readonly<Record<Tier, FaultProxy>>;
      let replicas: readonly Replica[];
      let key: string;

      beforeAll(async () => {
        provider = await startCountingProvider({ answerMs: 20, tokenMs: 5 });
        postgres = await startPostgresSetting(pgbouncer);
        redis = await startSingleRedis(redisServer);
        const host = '127.0.0.1';
        const server = await startFaultProxy({ host, port: postgres.port });
        const port = await findFreePort();
        const { username, password } = new URL(postgres.url());
        const user = { name: username, password };
        pooler = startPooler(pgbouncer, { port, writer: server.port, user });
        wires = {
          postgres: server,
          pooler: await startFaultProxy({ host, port }),
          redis: await startFaultProxy({ host, port: redis.port }),
        };
        const settings = {
          folder: createDrillFolder('spoilt'),
          config: renderConfig(provider.url),
          environment: {
            DATABASE_URL: postgres.url(wires.pooler.port),
            REDIS_HOST: host,
            REDIS_PORT: String(wires.redis.port),
            LITELLM_SALT_KEY: 'drill-salt-key-0123456789',
          },
        };
        replicas = await Promise.all(
          ['one', 'two', 'three'].map((name) => Replica.create(settings, name)),
        );
        await Promise.all(replicas.map((replica) => replica.start()));
        key = await createKey(replicas[0]?.url ?? '', { rpm_limit: 1_000_000, max_budget: 1000 });
        for (const { url } of replicas) {
          await waitFor(
            async () => {
              const headers = { authorization: `Bearer ${key}` };
              const response = await fetch(`${url}/v1/models`, { headers });
              await response.arrayBuffer();
              return response.status === 200 ? true : null;
            },
            () => 'a replica does not know the key',
            15_000,
          );
        }
      }, 120_000);

      afterAll(async () => {
        await Promise.all((replicas ?? []).map((replica) => replica.end('SIGKILL')));
        await Promise.all(Object.values(wires ?? {}).map((wire) => wire.stop()));
        await pooler?.stop('SIGTERM');
        await redis?.stop();
        await postgres?.stop();
        await provider?.stop();
      });

      it(
        'live, answer every call, and keep exact books',
        async () => {
          const load = new OpenLoop({
            urls: replicas.map(({ url }) => url),
            keys: [key],
            perSecond: SCALE.perSecond,
            timeoutMs: 10_000,
            body: () => ({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
          });
          for (const [, faults] of FAULTS) {
            for (const tier of ['postgres', 'pooler', 'redis'] as const) {
              wires[tier].setFault(faults[tier] ?? null);
              // Only new connections are spoilt.
              if (faults[tier] !== undefined) wires[tier].cutAll();
            }
            await wait(SCALE.secondsEach * 1000);
          }
          for (const wire of Object.values(wires)) {
            wire.setFault(null);
            wire.cutAll();
          }
          const report = await load.stop();

          expect(report.failures).toEqual({});
          const { calls, promptTokens, completionTokens } = provider.charged();
          let stored = { calls: 0, micro_dollars: 0 };
          await waitFor(
            async () => {
              const [row] = await postgres.query<typeof stored>(
                `SELECT coalesce(sum(calls), 0)::int AS calls, coalesce(sum(micro_dollars), 0)::bigint::float8 AS micro_dollars
                 FROM gateway_ledger WHERE outcome = 'success'`,
              );
              if (row !== undefined) stored = row;
              return stored.calls >= calls ? true : null;
            },
            () => `of ${calls} calls ${stored.calls} arrived`,
            60_000,
          );
          DRILL.tell('data tier sends nonsense', { ...report, ...stored, charged: calls });
          expect(stored).toEqual({
            calls,
            micro_dollars: Math.round(
              (promptTokens * PRICES.input + completionTokens * PRICES.output) * MICRO,
            ),
          });
          expect(await postgres.query('SELECT * FROM gateway_ledger_gaps')).toEqual([]);
          const faults = await Promise.all(
            replicas.map((replica) => replica.metric('litellm_ha_uncaught_errors_total')),
          );
          expect(faults).toEqual([0, 0, 0]);
        },
        DRILL.timeoutMs,
      );
    });
  });
});
