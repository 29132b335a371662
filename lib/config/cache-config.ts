import type { Warning } from '../errors';
import { parseCacheEnvironment } from './cache-environment';
import type { CacheParams, ConfigFile, RedisNode, RouterSettings } from './config-schema';
import { CONFIG_DEFAULTS } from './defaults';
import type { CacheConfig } from './gateway-config';
import { parseRedisUrl, readHosts, type CacheNode } from './redis-address';
import type { Environment } from './references';

export interface CacheReading {
  readonly cache: CacheConfig | null;
  readonly warnings: readonly Warning[];
}

const REDIS_TYPES: ReadonlySet<string> = new Set(['redis', 'redis-semantic']);

/**
 * The one Redis that replicas share: that of the router, else that of the cache, else what the environment says. It
 * serves limits, cooldowns and health whether or not answers are cached in it; a cache of another kind turns nothing of
 * that off.
 */
export function parseCacheConfig(file: ConfigFile, environment: Environment | null): CacheReading {
  const ofRouter = file.router_settings ? readRouter(file.router_settings) : null;
  const litellm = file.litellm_settings;
  const ofEnvironment = environment === null ? null : parseCacheEnvironment(environment);
  const params = litellm?.cache_params ?? null;
  if (litellm?.cache !== true) {
    const warnings = params !== null && litellm?.cache !== false ? [PARAMS_WITHOUT_CACHE] : [];
    return { cache: ofRouter ?? ofEnvironment, warnings };
  }

  const isRedis = REDIS_TYPES.has(params?.type ?? 'redis');
  const ofCache = params !== null && isRedis ? readCacheParams(params) : null;
  if (ofRouter !== null && ofCache !== null && !isSame(ofRouter, ofCache)) {
    return { cache: ofRouter, warnings: [TWO_CACHES] };
  }
  const cache = ofRouter ?? ofCache ?? ofEnvironment;
  return { cache, warnings: cache === null && isRedis ? [NO_ADDRESS] : [] };
}

const PARAMS_WITHOUT_CACHE: Warning = {
  rule: 'config.cache.off',
  path: 'litellm_settings.cache_params',
  message: 'has no effect while the cache is off; add litellm_settings: {cache: true}',
};

const TWO_CACHES: Warning = {
  rule: 'config.cache.two',
  path: 'litellm_settings.cache_params',
  message: 'router_settings names another Redis, which is used for both; remove one of the two',
};

const NO_ADDRESS: Warning = {
  rule: 'config.cache.address',
  path: 'litellm_settings.cache',
  message:
    'the file does not say where Redis is; write litellm_settings: {cache_params: {type: redis, host: os.environ/REDIS_HOST, port: 6379}}, or set REDIS_HOST in the environment',
};

function isSame(one: CacheConfig, other: CacheConfig): boolean {
  return JSON.stringify(one.nodes) === JSON.stringify(other.nodes);
}

const NO_CREDENTIALS = {
  sentinelServiceName: null,
  sentinelPassword: null,
  username: null,
  password: null,
  tls: false,
  tlsCaFile: null,
  database: 0,
} as const;

/** LiteLLM's order: URL, Cluster, Sentinel, single server. */
function readCacheParams(params: CacheParams): CacheConfig | null {
  const access = {
    ...NO_CREDENTIALS,
    username: params.username ?? null,
    password: params.password ?? null,
    tls: params.ssl ?? false,
    tlsCaFile: params.ssl_ca_certs ?? null,
    database: params.db ?? 0,
  };
  if (params.url) return parseRedisUrl(params.url, access);
  if (params.redis_startup_nodes?.length) {
    return { ...access, kind: 'cluster', nodes: params.redis_startup_nodes.flatMap(readNode) };
  }
  if (params.sentinel_nodes?.length && params.service_name) {
    return {
      ...access,
      kind: 'sentinel',
      nodes: params.sentinel_nodes.flatMap(([host, port]) =>
        readHosts(host, port ?? CONFIG_DEFAULTS.sentinelPort),
      ),
      sentinelServiceName: params.service_name,
      sentinelPassword: params.sentinel_password ?? null,
    };
  }
  return params.host
    ? { ...access, kind: 'single', nodes: readNode({ ...params, host: params.host }) }
    : null;
}

function readRouter(router: RouterSettings): CacheConfig | null {
  const access = {
    ...NO_CREDENTIALS,
    username: router.redis_username ?? null,
    password: router.redis_password ?? null,
    tls: router.redis_ssl ?? false,
  };
  const nodes = router.cache_kwargs?.startup_nodes;
  if (nodes?.length) return { ...access, kind: 'cluster', nodes: nodes.flatMap(readNode) };
  if (router.redis_url) return parseRedisUrl(router.redis_url, access);
  if (!router.redis_host) return null;
  const node = { host: router.redis_host, port: router.redis_port };
  return { ...access, kind: 'single', nodes: readNode(node) };
}

function readNode({ host, port }: Pick<RedisNode, 'host' | 'port'>): readonly CacheNode[] {
  return readHosts(host, port ?? CONFIG_DEFAULTS.redisPort);
}
