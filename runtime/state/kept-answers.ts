import type { GatewayConfig, ResponseCacheConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { MemoryResponseCache } from './memory-response-cache';
import type { ResponseCache } from './response-cache';

/** Answers that are kept, and how. */
export interface KeptAnswers {
  readonly cache: ResponseCache;
  readonly settings: ResponseCacheConfig;
}

/** Unit: bytes. */
const MOST_KEPT_ANSWERS = 64 * 1024 * 1024;

/** `shared` is the cache of all replicas; null: there is none, so each keeps its own. */
export function createKeptAnswers(
  { responseCache }: Pick<GatewayConfig, 'responseCache'>,
  shared: ResponseCache | null,
  { clock }: Pick<Ports, 'clock'>,
): KeptAnswers | null {
  if (responseCache === null) return null;
  const cache =
    responseCache.store === 'redis' && shared !== null
      ? shared
      : new MemoryResponseCache(clock, MOST_KEPT_ANSWERS);
  return { cache, settings: responseCache };
}
