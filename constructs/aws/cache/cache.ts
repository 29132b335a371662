import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { type CacheOutputs, type Endpoint, GATEWAY_ENVIRONMENT } from '../../../lib';
import type {
  CacheClusterChoice,
  CacheClusterOptions,
  ExistingCacheChoice,
  ExistingCacheOptions,
  ReplicationGroupChoice,
  ReplicationGroupOptions,
} from './choice';

/** Redis for the gateway: what stands behind it is chosen by one of the three words below. */
export abstract class Cache extends Construct implements CacheOutputs {
  /** A primary and its replicas, without sharding. */
  static replicationGroup(options: ReplicationGroupOptions = {}): ReplicationGroupChoice {
    return { kind: 'replication-group', ...options };
  }

  /** Several primaries that share the keys, each with replicas. */
  static cluster(options: CacheClusterOptions = {}): CacheClusterChoice {
    return { kind: 'cluster', ...options };
  }

  /** A Redis that is there already. */
  static existing(options: ExistingCacheOptions): ExistingCacheChoice {
    return { kind: 'existing', ...options };
  }

  abstract readonly primary: Endpoint;
  abstract readonly connections: ec2.Connections;
  /** Identifiers of the nodes of each shard, as ElastiCache names them; empty for a cache that was brought. */
  abstract readonly shards: readonly (readonly string[])[];
  /** How replicas find it. */
  abstract readonly environment: Readonly<Record<string, string>>;
}

/** How replicas find a Redis without cluster mode. No user: the password alone lets them in. */
export function singleEnvironment(
  { host, port }: Endpoint,
  userName: string | null,
): Readonly<Record<string, string>> {
  return {
    [GATEWAY_ENVIRONMENT.redisHost]: host,
    [GATEWAY_ENVIRONMENT.redisPort]: String(port),
    ...(userName === null ? {} : { [GATEWAY_ENVIRONMENT.redisUserName]: userName }),
    [GATEWAY_ENVIRONMENT.redisTls]: 'true',
  };
}

/** How replicas find a Redis in cluster mode: one address tells the others. */
export function clusterEnvironment(
  discovery: Endpoint,
  userName: string,
): Readonly<Record<string, string>> {
  return {
    [GATEWAY_ENVIRONMENT.redisClusterNodes]: JSON.stringify([
      { host: discovery.host, port: String(discovery.port) },
    ]),
    [GATEWAY_ENVIRONMENT.redisUserName]: userName,
    [GATEWAY_ENVIRONMENT.redisTls]: 'true',
  };
}
