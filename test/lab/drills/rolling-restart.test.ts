import { LoadBalancer } from '../../../operations/local/load-balancer';
import { findFreePort } from '../render/program';
import { startCountingProvider } from './support/counting-provider';
import type { CountingProvider } from './support/counting-provider';
import { DRILL } from './support/drill-scale';
import { OpenLoop } from './support/open-loop';
import { MASTER_KEY, Replica } from './support/replicas';
import { createDrillFolder, renderConfig } from './support/setting';

/** Of a hundred requests so many are long streams; the others are answered in 50 ms. */
const STREAM_PERCENT = 2;
const SCALE = DRILL.scale({
  short: { perSecond: 60, streamSeconds: 4, tokenMs: 200 },
  full: { perSecond: 200, streamSeconds: 60, tokenMs: 1_000 },
});
/** How long a replica says that it leaves before it closes: longer than the load balancer takes to believe it. */
const PROPAGATION_SECONDS = 4;

describe('a rolling restart of three replicas behind a load balancer', () => {
  const folder = createDrillFolder('rolling-restart');
  let provider: CountingProvider;
  let replicas: readonly Replica[];
  let balancer: LoadBalancer;
  let url: string;

  beforeAll(async () => {
    provider = await startCountingProvider({ answerMs: 50, tokenMs: SCALE.tokenMs });
    const settings = {
      folder,
      config: renderConfig(provider.url),
      environment: {
        LITELLM_HA_PROPAGATION_SECONDS: String(PROPAGATION_SECONDS),
        GRACEFUL_SHUTDOWN_TIMEOUT: String(SCALE.streamSeconds + 10),
      },
    };
    const names = ['replica-1', 'replica-2', 'replica-3'];
    replicas = await Promise.all(names.map((name) => Replica.create(settings, name)));
    await Promise.all(replicas.map((replica) => replica.start()));
    balancer = new LoadBalancer(
      {
        name: 'entrance',
        host: '127.0.0.1',
        port: await findFreePort(),
        idleSeconds: 120,
        probe: {
          path: '/health/readiness',
          intervalSeconds: 1,
          timeoutSeconds: 1,
          healthyThreshold: 1,
          unhealthyThreshold: 2,
        },
        targets: replicas.map(({ url: target }, index) => ({
          name: `replica-${index + 1}`,
          host: '127.0.0.1',
          port: Number(new URL(target).port),
        })),
      },
      () => undefined,
    );
    url = `http://127.0.0.1:${await balancer.start()}`;
  });

  afterAll(async () => {
    balancer?.stopListening();
    balancer?.stop();
    await Promise.all((replicas ?? []).map((replica) => replica.end('SIGKILL')));
    await provider?.stop();
  });

  it(
    'fails no request and cuts no stream',
    async () => {
      const load = new OpenLoop({
        urls: [url],
        keys: [MASTER_KEY],
        perSecond: SCALE.perSecond,
        timeoutMs: (SCALE.streamSeconds + 30) * 1000,
        body: (index) => ({
          model: 'gpt-4o',
          messages: [{ role: 'user', content: 'Hello' }],
          ...(index % 100 < STREAM_PERCENT
            ? { stream: true, max_tokens: (SCALE.streamSeconds * 1000) / SCALE.tokenMs }
            : {}),
        }),
      });
      for (const replica of replicas) {
        await replica.end('SIGTERM');
        await replica.start();
      }
      const report = await load.stop();
      DRILL.tell('rolling restart', report);

      expect(report.failures).toEqual({});
      expect(report.succeeded).toBe(report.sent);
      expect(report.sent).toBeGreaterThan(SCALE.perSecond * 3);
    },
    DRILL.timeoutMs,
  );
});
