import type { Endpoint } from './endpoint';

/** Redis with replicas and automatic failover. It holds nothing that cannot be rebuilt. */
export interface CachePlan {
  readonly port: number;
  readonly replicas: number;
  readonly zones: number;
  readonly automaticFailover: true;
  readonly encrypted: true;
  readonly sentinel: SentinelPlan;
}

/** How Redis fails over where nobody else does it. */
export interface SentinelPlan {
  readonly port: number;
  readonly serviceName: string;
  readonly count: number;
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
}

export interface CacheOutputs {
  /** Follows the primary through a failover; with Sentinels, their common address. */
  readonly primary: Endpoint;
}
