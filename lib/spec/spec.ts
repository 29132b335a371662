import type { GatewayConfig } from '../config/gateway-config';

/** A description, complete and checked: no part is missing, and every rule holds. */
export interface GatewaySpec {
  readonly name: string;
  readonly config: GatewayConfig;
  readonly zones: number;
  readonly cidr: string;
  /** Null: the load balancer's own name. */
  readonly domainName: string | null;
  /** Names of the environment variables that secrets are given for, sorted. */
  readonly secretNames: readonly string[];
  readonly image: ImageSpec;
  readonly compute: ComputeSpec;
  readonly autoscaling: AutoscalingSpec;
  readonly streaming: StreamingSpec;
  readonly probe: ProbeSpec;
  readonly database: DatabaseSpec;
  readonly cache: CacheSpec;
  readonly backup: BackupSpec;
  readonly objectives: ObjectivesSpec;
}

/** `packaged`: the gateway of this package, put on the target's way of running it. `registry`: brought. */
export type ImageSpec =
  { readonly kind: 'packaged' } | { readonly kind: 'registry'; readonly reference: string };

export interface ComputeSpec {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}

/** At most `replicas` are added or removed in `periodSeconds`, judged over `windowSeconds`. */
export interface ScalingPace {
  readonly windowSeconds: number;
  readonly replicas: number;
  readonly periodSeconds: number;
}

export interface AutoscalingSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly cpuPercent: number;
  /** Null: memory does not scale the gateway. */
  readonly memoryPercent: number | null;
  readonly scaleUp: ScalingPace;
  readonly scaleDown: ScalingPace;
}

export interface StreamingSpec {
  readonly maxStreamSeconds: number;
  readonly idleSeconds: number;
}

export interface ProbeSpec {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface DatabaseSpec {
  readonly majorVersion: number;
  readonly readReplicas: number;
  readonly storageGib: number;
  readonly maxConnections: number;
  /** Null: replicas connect to the server themselves. */
  readonly pooler: PoolerSpec | null;
}

/** What stands between replicas and the server, and lends them its own connections. */
export type PoolerSpec = PoolerShare | PoolerPools;

/** A proxy that is told how much of the server it may take. */
export interface PoolerShare {
  readonly kind: 'share';
  /** How many of the server's connections it may open. */
  readonly maxConnectionsPercent: number;
  /** `writes`: replicas connect to those that answer reads themselves. */
  readonly serves: 'all' | 'writes';
}

/** Poolers that each keep a pool of fixed size to a server, such as PgBouncer. They serve all replicas of their region. */
export interface PoolerPools {
  readonly kind: 'pools';
  readonly poolers: number;
  /** Poolers that a rollout runs beside those, for as long as it takes. */
  readonly surge: number;
  readonly poolSize: number;
  /** Connections beyond `poolSize` for callers that waited. */
  readonly reserve: number;
}

export interface CacheSpec {
  readonly replicas: number;
}

export interface BackupSpec {
  readonly retentionDays: number;
  /** `hh:mm-hh:mm`, UTC. */
  readonly window: string;
}

/** Null: not demanded. */
export interface ObjectivesSpec {
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number | null;
  readonly uptimePercent: number | null;
}
