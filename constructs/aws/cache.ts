import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { GATEWAY_ENVIRONMENT, type CacheOutputs, type CacheProps, type Endpoint } from '../../lib';

/** An ElastiCache replication group, created for the gateway. */
export interface ReplicationGroupOptions extends CacheProps {
  /**
   * Class of the primary and of each replica. Counters and cooldowns are small; a shared response cache is not.
   *
   * @default 'cache.m7g.large'
   */
  readonly nodeType?: string;
}

export interface ReplicationGroupCache extends ReplicationGroupOptions {
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

export interface CacheCluster extends CacheClusterOptions {
  readonly kind: 'cluster';
}

/** A Redis that is there already, with TLS and a token, without cluster mode; `replicas` says how many it has. */
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
   * The secret whose whole text is the token.
   */
  readonly token: ISecret;

  /**
   * Security groups of the cache, which then admit the replicas.
   */
  readonly securityGroups: readonly ec2.ISecurityGroup[];
}

export interface ExistingCache extends ExistingCacheOptions {
  readonly kind: 'existing';
}

export type CacheTarget = ReplicationGroupCache | CacheCluster | ExistingCache;

/** Redis for the gateway: what stands behind it is chosen by one of the three words below. */
export abstract class Cache extends Construct implements CacheOutputs {
  /** A primary and its replicas, without sharding. */
  static replicationGroup(options: ReplicationGroupOptions = {}): ReplicationGroupCache {
    return { kind: 'replication-group', ...options };
  }

  /** Several primaries that share the keys, each with replicas. */
  static cluster(options: CacheClusterOptions = {}): CacheCluster {
    return { kind: 'cluster', ...options };
  }

  /** A Redis that is there already. */
  static existing(options: ExistingCacheOptions): ExistingCache {
    return { kind: 'existing', ...options };
  }

  abstract readonly primary: Endpoint;
  abstract readonly connections: ec2.Connections;
  /** Identifiers of the nodes of each shard, as ElastiCache names them; empty for a cache that was brought. */
  abstract readonly shards: readonly (readonly string[])[];
  /** How replicas find it. */
  abstract readonly environment: Readonly<Record<string, string>>;
}

/** How replicas find a Redis without cluster mode. */
export function singleEnvironment({ host, port }: Endpoint): Readonly<Record<string, string>> {
  return {
    [GATEWAY_ENVIRONMENT.redisHost]: host,
    [GATEWAY_ENVIRONMENT.redisPort]: String(port),
    [GATEWAY_ENVIRONMENT.redisTls]: 'true',
  };
}

/** How replicas find a Redis in cluster mode: one address tells the others. */
export function clusterEnvironment(discovery: Endpoint): Readonly<Record<string, string>> {
  return {
    [GATEWAY_ENVIRONMENT.redisClusterNodes]: JSON.stringify([
      { host: discovery.host, port: String(discovery.port) },
    ]),
    [GATEWAY_ENVIRONMENT.redisTls]: 'true',
  };
}
