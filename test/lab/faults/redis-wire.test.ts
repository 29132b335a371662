import { setTimeout as wait } from 'node:timers/promises';
import type { CacheConfig } from '../../../lib/config/gateway-config';
import { createRedis } from '../../../runtime/state/create-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import type { RedisLink } from '../../../runtime/state/redis-link';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { startFaultProxy } from '../../support/fault-proxy';
import type { FaultProxy, WireFault } from '../../support/fault-proxy';
import { describeWithTool } from '../../support/lab-tool';
import { DRILL } from '../drills/support/drill-scale';
import { findFreePort, startProgram, waitFor } from '../render/program';
import type { Program } from '../render/program';
import { createMember, NO_CACHE_CONFIG } from '../state/redis-lab';

const HOST = '127.0.0.1';
const AT_ONCE = 12;
/** A prime, so that all places of a reply have their turn. */
const STRIDE = DRILL.scale({ short: 37, full: 3 });
const NONSENSE = [
  '$-1\r\n',
  '+OK\r\n',
  '*3\r\n:1\r\n',
  '>2\r\n$-1\r\n$-1\r\n',
  '*1\r\n'.repeat(500),
  '-MOVED 1 :0\r\n',
  'HTTP/1.1 400 Bad Request\r\n\r\n',
].map((text) => Buffer.from(text));

/** A server, or what stands in for several, and a way to it that spoils what passes. */
interface Setting {
  readonly proxy: FaultProxy;
  readonly config: CacheConfig;
  stop(): Promise<void>;
}

type StartSetting = (redisServer: string) => Promise<Setting>;

const common = ['--bind', HOST, '--save', '', '--appendonly', 'no', '--protected-mode', 'no'];

async function startServer(redisServer: string, ...more: readonly string[]) {
  const port = await findFreePort();
  const program = startProgram(redisServer, [...common, '--port', String(port), ...more], {});
  return { port, program };
}

async function stopAll(proxy: FaultProxy, ...programs: readonly Program[]): Promise<void> {
  await proxy.stop();
  await Promise.all(programs.map((program) => program.stop('SIGKILL')));
}

const startSingle: StartSetting = async (redisServer) => {
  const { port, program } = await startServer(redisServer);
  const proxy = await startFaultProxy({ host: HOST, port });
  return {
    proxy,
    config: { ...NO_CACHE_CONFIG, nodes: [{ host: HOST, port: proxy.port }] },
    stop: () => stopAll(proxy, program),
  };
};

/** One server that has all the slots and tells its clients the address of the proxy. */
const startCluster: StartSetting = async (redisServer) => {
  const port = await findFreePort();
  const proxy = await startFaultProxy({ host: HOST, port });
  const file = `nodes-${port}.conf`;
  const program = startProgram(
    redisServer,
    [
      ...[...common, '--port', String(port), '--dir', '/tmp', '--cluster-config-file', file],
      ...['--cluster-enabled', 'yes', '--cluster-announce-ip', HOST],
      ...['--cluster-announce-port', String(proxy.port)],
      ...['--cluster-port', String(await findFreePort())],
    ],
    {},
  );
  const config: CacheConfig = {
    ...NO_CACHE_CONFIG,
    kind: 'single',
    nodes: [{ host: HOST, port }],
  };
  const { link, stop } = open(config);
  await settle(() => takeAllSlots(link));
  stop();
  return {
    proxy,
    config: { ...config, kind: 'cluster', nodes: [{ host: HOST, port: proxy.port }] },
    stop: () => stopAll(proxy, program),
  };
};

/** An answer may come after the link stopped waiting, and a slot is taken only once: what counts is who has them. */
async function takeAllSlots(link: RedisLink): Promise<void> {
  await link.send('CLUSTER', ['ADDSLOTSRANGE', 0, 16_383]).catch(() => undefined);
  const info = String(await link.send('CLUSTER', ['INFO']));
  if (!info.includes('cluster_slots_assigned:16384')) throw new Error(info);
}

/** The Sentinel's own words are spoilt; the server that it names is reached directly. */
const startSentinel: StartSetting = async (redisServer) => {
  const server = await startServer(redisServer);
  const port = await findFreePort();
  const sentinel = createMember(redisServer, {
    host: HOST,
    port,
    lines: [`port ${port}`, `sentinel monitor main ${HOST} ${server.port} 1`],
    cli: [],
    mode: 'sentinel',
  });
  sentinel.start();
  const proxy = await startFaultProxy({ host: HOST, port });
  return {
    proxy,
    config: {
      ...NO_CACHE_CONFIG,
      kind: 'sentinel',
      nodes: [{ host: HOST, port: proxy.port }],
      sentinelServiceName: 'main',
    },
    stop: async () => {
      await stopAll(proxy, server.program);
      await sentinel.kill();
    },
  };
};

function open(config: CacheConfig): { readonly link: RedisLink; stop(): void } {
  const log = new QuietLog(systemClock, () => undefined);
  const link = createRedis({
    config,
    certificateAuthorities: null,
    ports: { clock: systemClock, random: systemRandom },
    log,
  });
  return {
    link,
    stop: () => {
      link.stop();
      log.stop();
    },
  };
}

/** Until it is done. */
function settle<Result>(work: () => Promise<Result>): Promise<true> {
  let failure: unknown = null;
  return waitFor(
    () =>
      work().then(
        () => true as const,
        (error: unknown) => {
          failure = error;
          return null;
        },
      ),
    () => `never succeeded: ${String(failure)}`,
    20_000,
  );
}

describeWithTool('redis-server', (redisServer) => {
  describe.each([
    ['one server', startSingle],
    ['a Cluster', startCluster],
    ['a Sentinel', startSentinel],
  ] as const)('createRedis on a wire that spoils what %s sends', (_name, start) => {
    let settings: readonly Setting[];

    beforeAll(async () => {
      settings = await Promise.all(Array.from({ length: AT_ONCE }, () => start(redisServer)));
    }, 60_000);

    afterAll(async () => {
      await Promise.all((settings ?? []).map((setting) => setting.stop()));
    });

    async function suffer({ proxy, config }: Setting, fault: WireFault): Promise<void> {
      proxy.setFault(fault);
      const { link, stop } = open(config);
      for (let turn = 0; turn < 4; turn += 1) {
        await wait(15);
        await link.send('SET', ['key', 'value']).catch(() => undefined);
        await link.send('GET', ['key']).catch(() => undefined);
      }
      proxy.setFault(null);
      // A value that was spoilt may stay; that the way is whole again shows by one that is new.
      const key = `key-${fault.kind}-${fault.atByte}`;
      await settle(async () => {
        await link.send('SET', [key, 'whole']);
        if ((await link.send('GET', [key])) !== 'whole') throw new Error('another answer');
      }).catch((error: unknown) => {
        throw new Error(`after ${JSON.stringify(fault)}, link ${link.status}`, { cause: error });
      });
      stop();
    }

    it(
      'lives through a fault at any byte, and answers as soon as there is none',
      async () => {
        const [first] = settings;
        if (first === undefined) throw new Error('there is no server');
        await suffer(first, { kind: 'flip', atByte: Number.MAX_SAFE_INTEGER, mask: 1 });
        const bytes = first.proxy.longest.length;
        expect(bytes).toBeGreaterThan(50);
        const queue: WireFault[] = [];
        for (let atByte = 0; atByte < bytes; atByte += bytes < 1_000 ? 3 : STRIDE) {
          const inserted = NONSENSE[(atByte * 31) % NONSENSE.length] ?? Buffer.alloc(0);
          queue.push(
            { kind: 'cut', from: 'server', atByte },
            { kind: 'flip', atByte, mask: 1 + ((atByte * 97) % 255) },
            { kind: 'insert', atByte, bytes: inserted },
          );
        }
        const faults = queue.length;
        await Promise.all(
          settings.map(async (setting) => {
            for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
              await suffer(setting, fault);
            }
          }),
        );
        DRILL.tell('Redis on a spoilt wire', { bytes, faults });
      },
      DRILL.timeoutMs,
    );
  });
});
