import { Construct } from 'constructs';
import type { CacheProps, Endpoint } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type {
  CacheAccess,
  CacheChoice,
  CachePods,
  ExistingCacheChoice,
  RedisClusterChoice,
  SentinelChoice,
} from './choice';

/**
 * Redis of the gateway: what stands behind it is chosen by one of the words below.
 *
 * Costs, survives, does not survive: see `SentinelRedis` and `RedisCluster`; what is brought is its owner's.
 */
export abstract class Cache extends Construct implements CacheAccess {
  /** Chooses a primary with replicas, and Sentinels. */
  static sentinel(props: CacheProps = {}): SentinelChoice {
    return { kind: 'sentinel', ...props };
  }

  /** Chooses a Redis Cluster of three shards: more memory and more writes than one primary bears. */
  static cluster(props: Omit<RedisClusterChoice, 'kind'> = {}): RedisClusterChoice {
    return { kind: 'cluster', ...props };
  }

  /** Brings a Redis. */
  static existing(props: Omit<ExistingCacheChoice, 'kind'>): ExistingCacheChoice {
    return { kind: 'existing', ...props };
  }

  abstract readonly kind: CacheChoice['kind'];
  abstract readonly primary: Endpoint;
  abstract readonly environment: Readonly<Record<string, string>>;
  abstract readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  abstract readonly pods: CachePods | null;
}
