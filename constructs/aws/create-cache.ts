import type { Construct } from 'constructs';
import type { CachePlan } from '../../lib';
import { BroughtCache } from './brought-cache';
import type { CacheTarget } from './cache';
import { DEFAULT_NODE_TYPE, DEFAULT_SHARDS } from './defaults';
import type { Network } from './network';
import { ReplicationGroup } from './replication-group';
import type { Secrets } from './secrets';

/** What stands behind the words of `Cache`; `kind` tells which. */
export type CacheInUse = ReplicationGroup | BroughtCache;

export interface CacheBlockProps {
  readonly plan: CachePlan;
  readonly network: Network;
  readonly secrets: Secrets;
}

export function createCache(
  scope: Construct,
  target: CacheTarget,
  props: CacheBlockProps,
): CacheInUse {
  switch (target.kind) {
    case 'replication-group':
    case 'cluster':
      return new ReplicationGroup(scope, 'Cache', {
        ...props,
        nodeType: target.nodeType ?? DEFAULT_NODE_TYPE,
        shardCount: target.kind === 'cluster' ? (target.shards ?? DEFAULT_SHARDS) : null,
      });
    case 'existing':
      return new BroughtCache(scope, 'Cache', {
        primary: { host: target.host, port: target.port ?? props.plan.port },
        securityGroups: target.securityGroups,
      });
  }
}
