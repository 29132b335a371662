import type { CacheOutputs, CacheProps, Endpoint } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';

/** Redis with Sentinels, in the cluster itself. */
export interface SentinelChoice extends CacheProps {
  readonly kind: 'sentinel';
}

/** Redis Cluster of three shards, in the cluster itself. */
export interface RedisClusterChoice {
  readonly kind: 'cluster';

  /**
   * What each shard may hold. Its pod is given twice of that: rewriting the append-only file may double it.
   *
   * Unit: MiB, 64–65536.
   *
   * @default 256
   */
  readonly memoryMibPerShard?: number;
}

/** A Redis that somebody else runs and makes highly available. */
export interface ExistingCacheChoice {
  readonly kind: 'existing';

  /**
   * How it is reached: one address that follows the primary, Sentinels that know it, or nodes of a Redis Cluster.
   */
  readonly reachedBy: CacheAddress;

  /**
   * Secret of the gateway's namespace with the password.
   *
   * @default - no password
   */
  readonly password?: SecretKeyReference;

  /**
   * Whether connections are encrypted.
   *
   * @default 'required'
   */
  readonly tls?: 'required' | 'off';
}

export type CacheAddress =
  | { readonly kind: 'address'; readonly endpoint: Endpoint }
  | {
      readonly kind: 'sentinels';
      readonly nodes: readonly Endpoint[];
      /** Name of the primary among Sentinels, such as `mymaster`. */
      readonly serviceName: string;
      /**
       * Secret with the password of the Sentinels themselves.
       *
       * @default - that of Redis
       */
      readonly sentinelPassword?: SecretKeyReference;
    }
  | { readonly kind: 'cluster-nodes'; readonly nodes: readonly Endpoint[] };

export type CacheChoice = SentinelChoice | RedisClusterChoice | ExistingCacheChoice;

/** How the gateway reaches Redis, and where its pods are. */
export interface CacheAccess extends CacheOutputs {
  /** Environment of the gateway. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  /** Null: it runs elsewhere. */
  readonly pods: CachePods | null;
}

type Labels = Readonly<Record<string, string>>;

/** Labels that select the pods of Redis and of its Sentinels. */
export interface CachePods {
  readonly members: Labels;
  /** Null: Redis fails over by itself. */
  readonly sentinels: Labels | null;
}
