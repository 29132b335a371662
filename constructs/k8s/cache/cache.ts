import { Construct } from 'constructs';
import type { CacheProps, Endpoint, RegionPlan } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type { Secrets } from '../secrets/secrets';
import type {
  CacheAccess,
  CachePods,
  CacheTarget,
  ClusterCache,
  ExistingCache,
  SentinelCache,
} from './choice';
import { describeExistingCache } from './existing-cache';
import { RedisCluster } from './redis-cluster';
import { SentinelRedis } from './sentinel-redis';

export interface CacheBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly target: CacheTarget;
}

/**
 * Redis of the gateway, made here or brought.
 *
 * Costs, survives, does not survive: see `SentinelRedis` and `RedisCluster`; what is brought is its owner's.
 */
export class Cache extends Construct implements CacheAccess {
  /** Chooses a primary with replicas, and Sentinels. */
  static sentinel(props: CacheProps = {}): SentinelCache {
    return { kind: 'sentinel', ...props };
  }

  /** Chooses a Redis Cluster of three shards: more memory and more writes than one primary bears. */
  static cluster(props: Omit<ClusterCache, 'kind'> = {}): ClusterCache {
    return { kind: 'cluster', ...props };
  }

  /** Brings a Redis. */
  static existing(props: Omit<ExistingCache, 'kind'>): ExistingCache {
    return { kind: 'existing', ...props };
  }

  /** What was made here. Null: the cache was brought. */
  readonly servers: SentinelRedis | RedisCluster | null;
  readonly primary: Endpoint;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  readonly pods: CachePods | null;

  constructor(scope: Construct, id: string, props: CacheBlockProps) {
    super(scope, id);
    const { servers, access } = this.build(props);
    this.servers = servers;
    this.primary = access.primary;
    this.environment = access.environment;
    this.secretEnvironment = access.secretEnvironment;
    this.pods = access.pods;
  }

  private build(props: CacheBlockProps): {
    readonly servers: SentinelRedis | RedisCluster | null;
    readonly access: CacheAccess;
  } {
    const { target } = props;
    switch (target.kind) {
      case 'sentinel': {
        const servers = new SentinelRedis(this, 'Sentinel', props);
        return { servers, access: servers };
      }
      case 'cluster': {
        const servers = new RedisCluster(this, 'Cluster', { ...props, target });
        return { servers, access: servers };
      }
      case 'existing':
        return { servers: null, access: describeExistingCache(target) };
    }
  }
}
