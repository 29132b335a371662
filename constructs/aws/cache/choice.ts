import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CacheProps } from '../../../lib';

/** What serves a cache that is created: Redis OSS, or Valkey, which went on where Redis OSS ended. Both speak alike. */
export type CacheEngine = 'redis' | 'valkey';

/**
 * An ElastiCache replication group, created for the gateway.
 *
 * It stays in its region, also among several, and there is no option for a Global Datastore: that takes writes in one region
 * alone, and a gateway has to count wherever it serves. `docs/decisions/0010-a-cache-for-each-region.md` weighs it.
 */
export interface ReplicationGroupOptions extends CacheProps {
  /**
   * Class of the primary and of each replica. Counters and cooldowns are small; a shared response cache is not.
   *
   * @default 'cache.m7g.large'
   */
  readonly nodeType?: string;

  /**
   * What serves it: Redis OSS 7.1, or Valkey 8.0, for which AWS asks a fifth less. Going from Redis to Valkey
   * changes the group in place; there is no way back.
   *
   * @default 'redis'
   * @see Amazon ElastiCache User Guide, "Upgrading engine versions including cross engine upgrades"
   */
  readonly engine?: CacheEngine;
}

export interface ReplicationGroupChoice extends ReplicationGroupOptions {
  readonly kind: 'replication-group';
}

/** ElastiCache in cluster mode: keys spread over shards, each a primary with replicas. */
export interface CacheClusterOptions extends ReplicationGroupOptions {
  /**
   * Shards. More of them hold and serve more; one key still lives on one.
   *
   * Unit: shards, 1–90.
   *
   * @default 3
   */
  readonly shards?: number;
}

export interface CacheClusterChoice extends CacheClusterOptions {
  readonly kind: 'cluster';
}

/**
 * A Redis that is there already, with TLS and a password, without cluster mode; `replicas` says how many it has. Among
 * several regions each names one of its own.
 */
export interface ExistingCacheOptions extends CacheProps {
  /**
   * Name that follows the primary through a failover.
   */
  readonly host: string;

  /**
   * Unit: TCP port.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * The secret whose whole text is the token, or the password of `userName`.
   */
  readonly token: ISecret;

  /**
   * User of Redis that replicas are. Name one where the cache has a user group. It needs the keys `litellm-ha:*` and
   * `{litellm-ha:*`, and commands for text, hashes, sorted sets and scripts; LiteLLM's own image needs all keys.
   *
   * @default - none: the token opens the cache
   */
  readonly userName?: string;

  /**
   * Security groups of the cache, which then admit the replicas.
   */
  readonly securityGroups: readonly ec2.ISecurityGroup[];
}

export interface ExistingCacheChoice extends ExistingCacheOptions {
  readonly kind: 'existing';
}

export type CacheChoice = ReplicationGroupChoice | CacheClusterChoice | ExistingCacheChoice;
