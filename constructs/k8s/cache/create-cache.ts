import type { Construct } from 'constructs';
import type { RegionPlan } from '../../../lib';
import type { PodChoices } from '../foundation/pod-choices';
import type { SpreadChoice } from '../foundation/spread';
import type { Secrets } from '../secrets/secrets';
import type { Sizes } from '../foundation/sizes';
import type { CacheChoice } from './choice';
import { ExistingCache } from './existing-cache';
import { RedisCluster } from './redis-cluster';
import { SentinelRedis } from './sentinel-redis';

/** What stands behind the words of `Cache`; `kind` tells which. */
export type CacheInUse = SentinelRedis | RedisCluster | ExistingCache;

export interface CacheBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly spread: SpreadChoice;
  readonly pod: PodChoices;
  readonly sizes: Sizes;
}

export function createCache(
  scope: Construct,
  choice: CacheChoice,
  props: CacheBlockProps,
): CacheInUse {
  switch (choice.kind) {
    case 'sentinel':
      return new SentinelRedis(scope, 'Cache', props);
    case 'cluster':
      return new RedisCluster(scope, 'Cache', { ...props, target: choice });
    case 'existing':
      return new ExistingCache(scope, 'Cache', choice);
  }
}
