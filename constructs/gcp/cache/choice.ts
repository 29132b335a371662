import type { CacheProps } from '../../../lib';

/** Redis as Memorystore: a primary and replicas with automatic failover. */
export interface MemorystoreProps extends CacheProps {
  /**
   * Memory of each node. Raise it when the cache evicts entries that are still wanted.
   *
   * Unit: GiB, 5–300.
   *
   * @default 5
   */
  readonly memoryGib?: number;
}

export interface MemorystoreChoice extends MemorystoreProps {
  readonly kind: 'memorystore';
}

export interface MemorystoreSpec {
  readonly memoryGib: number;
}
