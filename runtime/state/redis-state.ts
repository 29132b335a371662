import type { CacheConfig } from '../../lib/config/gateway-config';
import type { HealthResultStore } from './health-result-store';
import type { Ports } from '../ports';
import { BoundedRedis } from './bounded-redis';
import type { RedisCounts } from './bounded-redis';
import { createRedis } from './create-redis';
import { QuietLog } from './quiet-log';
import type { BreakerMemory } from './redis-breaker';
import { RedisHealthResultStore } from './redis-health-result-store';
import { RedisKeys } from './redis-keys';
import { RedisQuotaStore } from './redis-quota-store';
import { RedisResponseCache } from './redis-response-cache';
import type { ReplicaReport } from './replica-report';
import type { ResponseCache } from './response-cache';
import { SharedReports } from './shared-reports';

export interface RedisStateParts {
  readonly config: CacheConfig;
  /** In PEM form; null: those of the machine. */
  readonly certificateAuthorities: string | null;
  /** Keeps installations apart that share a Redis. */
  readonly namespace: string;
  /** Random, new with every start. */
  readonly boot: string;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
  /** What this replica tells the others, made anew about once a second. */
  readonly createReport: () => ReplicaReport;
}

/** All that the replicas of a region share through Redis; nothing here outlives Redis, and nothing has to. */
export interface RedisState {
  readonly quotas: RedisQuotaStore;
  readonly reports: SharedReports;
  readonly healthResults: HealthResultStore;
  readonly responses: ResponseCache;
  /** For the metrics. */
  readonly status: RedisStatus;
  start(): void;
  stop(): Promise<void>;
}

export interface RedisStatus {
  readonly breaker: BreakerMemory['state'];
  readonly connected: 'connected' | 'disconnected';
  readonly counts: RedisCounts;
}

/** Wires what is shared. Begins to connect, and waits for nothing. */
export function createRedisState(parts: RedisStateParts): RedisState {
  const { config, certificateAuthorities, boot, ports, createReport } = parts;
  const keys = new RedisKeys(parts.namespace);
  const log = new QuietLog(ports.clock, ports.writeLog);
  const link = createRedis({ config, certificateAuthorities, ports, log });
  const redis = new BoundedRedis({ link, keys, ports, log });
  const quotas = new RedisQuotaStore({ redis, keys, ports, boot });
  const reports = new SharedReports({ link, keys, ports, boot, createReport });
  return {
    quotas,
    reports,
    healthResults: new RedisHealthResultStore(link, keys),
    responses: new RedisResponseCache(redis, keys),
    get status(): RedisStatus {
      const connected = link.status === 'ready' ? 'connected' : 'disconnected';
      return { breaker: redis.state, connected, counts: redis.counts };
    },
    start: () => {
      quotas.start();
      reports.start();
    },
    stop: async () => {
      await reports.stop();
      quotas.stop();
      redis.stop();
      link.stop();
      log.stop();
    },
  };
}
