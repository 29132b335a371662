import type { ConfigFile } from './config-schema';
import { CONFIG_DEFAULTS } from './defaults';
import type { ResponseCacheConfig } from './gateway-config';

/** LiteLLM's kinds of store that this gateway has; with another kind it asks the provider every time. */
const STORES: Readonly<Partial<Record<string, ResponseCacheConfig['store']>>> = {
  redis: 'redis',
  local: 'local',
};

/** LiteLLM's names for the calls whose answers can be kept here. */
const CHAT_CALLS: ReadonlySet<string> = new Set(['completion', 'acompletion']);

/** Null: answers are not cached. */
export function parseResponseCache(file: ConfigFile): ResponseCacheConfig | null {
  const litellm = file.litellm_settings;
  if (litellm?.cache !== true) return null;
  const params = litellm.cache_params ?? {};
  const store = STORES[params.type ?? 'redis'];
  const calls = params.supported_call_types ?? null;
  if (store === undefined || (calls !== null && !calls.some((call) => CHAT_CALLS.has(call)))) {
    return null;
  }
  const ofStore = store === 'redis' ? params.default_in_redis_ttl : params.default_in_memory_ttl;
  return {
    store,
    ttlSeconds: params.ttl ?? ofStore ?? CONFIG_DEFAULTS.responseCacheTtlSeconds,
    mode: params.mode ?? 'default_on',
    namespace: params.namespace ?? null,
  };
}
