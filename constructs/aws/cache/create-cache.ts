import type { Construct } from 'constructs';
import type { BackupPlan, CachePlan } from '../../../lib';
import { DEFAULT_CACHE_ENGINE, DEFAULT_NODE_TYPE, DEFAULT_SHARDS } from '../defaults';
import type { RegionPlace } from '../foundation/region-place';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';
import type { CacheChoice } from './choice';
import { ExistingCache } from './existing-cache';
import { ReplicationGroup } from './replication-group';
import type { ImageKind } from './users';

/** What stands behind the words of `Cache`; `kind` tells which. */
export type CacheInUse = ReplicationGroup | ExistingCache;

export interface CacheBlockProps {
  readonly plan: CachePlan;
  readonly backup: BackupPlan;
  /** Whose commands it has to expect. */
  readonly imageKind: ImageKind;
  readonly network: Network;
  readonly secrets: Secrets;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

export function createCache(
  scope: Construct,
  target: CacheChoice,
  props: CacheBlockProps,
): CacheInUse {
  switch (target.kind) {
    case 'replication-group':
    case 'cluster':
      return new ReplicationGroup(scope, 'Cache', {
        ...props,
        nodeType: target.nodeType ?? DEFAULT_NODE_TYPE,
        engine: target.engine ?? DEFAULT_CACHE_ENGINE,
        shardCount: target.kind === 'cluster' ? (target.shards ?? DEFAULT_SHARDS) : null,
      });
    case 'existing':
      return new ExistingCache(scope, 'Cache', {
        primary: { host: target.host, port: target.port ?? props.plan.port },
        userName: target.userName ?? null,
        securityGroups: target.securityGroups,
      });
  }
}
