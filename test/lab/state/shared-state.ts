import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheConfig } from '../../../lib/config/gateway-config';
import type { Quota } from '../../../runtime/limits/quota';
import type { Clock } from '../../../runtime/ports';
import { BoundedRedis } from '../../../runtime/state/bounded-redis';
import { createRedis } from '../../../runtime/state/create-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import { RedisKeys } from '../../../runtime/state/redis-keys';
import type { RedisLink } from '../../../runtime/state/redis-link';
import { RedisQuotaStore } from '../../../runtime/state/redis-quota-store';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { waitFor } from '../render/program';

/** What one replica has of Redis, on the real network and clock. */
export interface SharedState {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly redis: BoundedRedis;
  readonly quotas: RedisQuotaStore;
  readonly logLines: readonly string[];
  readonly stop: () => void;
}

const ports = { clock: systemClock, random: systemRandom };

/** For tests of what is counted, which a busy machine must not fail: a call may take a second instead of 20 ms. */
const PATIENT_CLOCK: Clock = {
  ...systemClock,
  after: (delayMs, callback) => systemClock.after(delayMs * 50, callback),
};

export interface SharedStateOptions {
  readonly certificateAuthorities: string | null;
  readonly patience: 'of-a-request' | 'of-a-test';
}

export const AS_IN_PRODUCTION: SharedStateOptions = {
  certificateAuthorities: null,
  patience: 'of-a-request',
};

export function createSharedState(
  config: CacheConfig,
  { certificateAuthorities, patience }: SharedStateOptions = AS_IN_PRODUCTION,
): SharedState {
  const logLines: string[] = [];
  const log = new QuietLog(systemClock, (line) => logLines.push(line));
  const keys = new RedisKeys('lab');
  const link = createRedis({ config, certificateAuthorities, ports, log });
  const clock = patience === 'of-a-test' ? PATIENT_CLOCK : systemClock;
  const redis = new BoundedRedis({ link, keys, ports: { ...ports, clock }, log });
  const boot = crypto.randomUUID();
  const quotas = new RedisQuotaStore({ redis, keys, ports, boot });
  return {
    ...{ link, keys, redis, quotas, logLines },
    stop: () => {
      quotas.stop();
      redis.stop();
      link.stop();
      log.stop();
    },
  };
}

export function aQuota(parts: Partial<Quota> = {}): Quota {
  return {
    id: 'key:one:rpm',
    kind: 'window',
    limit: 1_000_000_000,
    amount: 1,
    window: 7,
    windowEndsMs: Date.now() + 60_000,
    known: 0,
    ...parts,
  };
}

/** Until Redis is there and the breaker has seen it. */
export async function waitUntilShared({ quotas, logLines }: SharedState): Promise<void> {
  await waitFor(
    async () => quotas.reserve([aQuota({ id: 'key:warm:rpm' })]).catch(() => null),
    () => `Redis never came back:\n${logLines.join('')}`,
  );
}

/** One reservation as a request would see it. */
interface Tried {
  readonly atMs: number;
  readonly tookMs: number;
  readonly outcome: 'shared' | 'alone';
}

export interface Outage {
  /** From the fault to the last call that had to do without Redis. */
  readonly degradedMs: number;
  readonly alone: number;
  readonly calls: number;
  readonly longestMs: number;
  readonly medianMs: number;
}

/**
 * Reserves a hundred times a second, of twenty owners in turn, does the damage and goes on until Redis has served for two
 * seconds without a gap.
 */
export async function measureOutage(
  { quotas, logLines }: SharedState,
  damage: () => void | Promise<void>,
  giveUpAfterMs = 60_000,
): Promise<Outage> {
  const tried: Tried[] = [];
  const pending = new Set<Promise<void>>();
  const reserve = async (turn: number): Promise<void> => {
    const atMs = performance.now();
    const outcome = await quotas.reserve([aQuota({ id: `key:owner-${turn % 20}:rpm` })]).then(
      () => 'shared' as const,
      () => 'alone' as const,
    );
    tried.push({ atMs, tookMs: performance.now() - atMs, outcome });
  };
  const faultAtMs = performance.now();
  const damaged = Promise.resolve(damage());
  for (let turn = 0; ; turn += 1) {
    const call = reserve(turn);
    pending.add(call);
    void call.then(() => pending.delete(call));
    await sleep(10);
    const nowMs = performance.now();
    if (nowMs - faultAtMs > giveUpAfterMs) {
      throw new Error(`Redis was not shared again in time:\n${logLines.join('')}`);
    }
    const lastAlone = tried.findLast(({ outcome }) => outcome === 'alone')?.atMs ?? faultAtMs;
    if (nowMs - Math.max(lastAlone, faultAtMs + 3_000) > 2_000) break;
  }
  await Promise.all([damaged, ...pending]);
  const alone = tried.filter(({ outcome }) => outcome === 'alone');
  const times = tried.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  return {
    degradedMs: Math.round((alone.at(-1)?.atMs ?? faultAtMs) - faultAtMs),
    alone: alone.length,
    calls: tried.length,
    longestMs: Math.round(times.at(-1) ?? 0),
    medianMs: times[times.length >> 1] ?? 0,
  };
}
