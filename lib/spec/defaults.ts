/**
 * Every default of a description, one constant each, with its source. Nothing else in the project invents a default:
 * `resolveSpec` completes a description from here and all targets read the completed one.
 */

/** Prefix of every resource name. */
export const DEFAULT_NAME = 'litellm';

/** Guide, "Single Region HA": pods, primaries and replicas stand in three zones. */
export const DEFAULT_ZONES = 3;

/** A private range that leaves the ranges most companies use first (10.0/16, 172.16/16, 192.168/16) alone. */
export const DEFAULT_CIDR = '10.40.0.0/16';

/** Guide, "Kubernetes HPA": minReplicas. */
export const DEFAULT_MIN_REPLICAS = 3;

/** Guide, "Kubernetes HPA": maxReplicas. */
export const DEFAULT_MAX_REPLICAS = 20;

/** Guide, "Kubernetes HPA": averageUtilization of cpu. */
export const DEFAULT_CPU_PERCENT = 70;

/** Guide, "Kubernetes HPA": behavior.scaleUp. */
export const DEFAULT_SCALE_UP = { windowSeconds: 60, replicas: 2, periodSeconds: 60 } as const;

/** Guide, "Kubernetes HPA": behavior.scaleDown; one replica a minute leaves open streams time to end. */
export const DEFAULT_SCALE_DOWN = { windowSeconds: 300, replicas: 1, periodSeconds: 60 } as const;

/** One process of the gateway turns one core; the second half of a core serves garbage collection and TLS. */
export const DEFAULT_CPU_MILLICORES = 1000;

/** About five times what the gateway holds with a thousand open streams (140 MB). */
export const DEFAULT_MEMORY_MIB = 768;

/** The whole answer of a long completion: LiteLLM's documentation advises `request_timeout: 600`. */
export const DEFAULT_MAX_STREAM_SECONDS = 600;

/** A reasoning model may think this long before its first token; 60 s, the ALB default, cuts such answers. */
export const DEFAULT_IDLE_SECONDS = 300;

/**
 * Guide, "Application Load Balancer": thresholds 2 and 3. Its interval of 30 s keeps a dead replica in service for
 * 90 s and more; 5 s brings that to 15 s.
 */
export const DEFAULT_PROBE = {
  intervalSeconds: 5,
  timeoutSeconds: 3,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
} as const;

/** Guide, "PostgreSQL Replication": engine version 16. */
export const DEFAULT_POSTGRES_MAJOR = 16;

/** Guide, "AWS RDS": two read replicas. */
export const DEFAULT_READ_REPLICAS = 2;

/** Guide, "AWS RDS": allocated storage. */
export const DEFAULT_STORAGE_GIB = 100;

/** Twice what twenty replicas with LiteLLM's pool of ten connections each can open. */
export const DEFAULT_MAX_CONNECTIONS = 400;

/** Guide, "Backup Strategy": 30 days (raised there from the 7 of the instance's creation). */
export const DEFAULT_BACKUP_RETENTION_DAYS = 30;

/** Guide, "Backup Strategy": preferred backup window, UTC. */
export const DEFAULT_BACKUP_WINDOW = '03:00-04:00';

/**
 * Two replicas, one in each of the other zones. With a single one, a primary that waits for a replica's receipt
 * (`min-replicas-to-write 1`) would refuse writes after each failover.
 */
export const DEFAULT_CACHE_REPLICAS = 2;

/** Guide, "Redis Sentinel": three Sentinels have a majority left when one zone is lost; quorum 2. */
export const SENTINELS = { count: 3, quorum: 2 } as const;

/** Guide, "Redis Sentinel": down-after-milliseconds, failover-timeout, parallel-syncs. */
export const SENTINEL_TIMERS = {
  downAfterMs: 5000,
  failoverTimeoutMs: 10000,
  parallelSyncs: 1,
} as const;

/** Guide, "Connection Pooling". `server_login_retry` and the timeouts are tuned for failover, see `lib/render`. */
export const POOLER = {
  replicas: 2,
  /** One more while a rollout replaces them. */
  surge: 1,
  maxClientConnections: 1000,
  poolSize: 25,
  reserve: 5,
} as const;

/**
 * Guide, "Overview" (uptime 99.9 %, P95 below 5 s) and "Critical Alerts" (1 % errors). The first token is to
 * come in half the time of the whole answer.
 */
export const MONITORING = {
  availabilityPercent: 99.9,
  errorPercent: 1,
  latencySeconds: 5,
  firstTokenSeconds: 2.5,
} as const;

/** Two replicas in two zones serve at once; the guide's 0–1 make clients wait for the first. */
export const DEFAULT_STANDBY_MIN_REPLICAS = 2;

/** The simplest data tier of two regions, and the one every target offers. */
export const DEFAULT_SINGLE_WRITER_DATA_MODE = 'shared-writer';

/**
 * Guide, "Failover to standby region": TTL 60. Three probes, ten seconds apart, notice a lost region within half a minute
 * and do not fall for a lost packet.
 */
export const DEFAULT_STEERING = {
  intervalSeconds: 10,
  failureThreshold: 3,
  ttlSeconds: 60,
} as const;

/** Guide, "Multi-Region Active-Passive": 30–60 s of writes may be lost; who demands nothing is told from 30 s on. */
export const DEFAULT_LAG_ALARM_SECONDS = 30;

/** Ranges of regions follow each other from `DEFAULT_CIDR` on, so that none overlaps: 10.40/16, 10.41/16, … */
export function defaultRegionCidr(index: number): string {
  return `10.${40 + index}.0.0/16`;
}
