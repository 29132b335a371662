import type { Warning } from '../errors';
import { parseCacheEnvironment } from './cache-environment';
import type { CacheParams, ConfigFile, RedisNode, RouterSettings } from './config-schema';
import { CONFIG_DEFAULTS } from './defaults';
import type { CacheConfig } from './gateway-config';
import { parseRedisUrl, readHosts, type CacheAccess, type CacheNode } from './redis-address';
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
  const { router_settings: router, litellm_settings: litellm } = file;
  const ofEnvironment = environment === null ? null : parseCacheEnvironment(environment);
  const ofRouter = router
    ? completeAccess(ofEnvironment, (rest) => readRouter(router, rest))
    : null;
  const params = litellm?.cache_params ?? null;
  if (litellm?.cache !== true) {
    const warnings = params !== null && litellm?.cache !== false ? [PARAMS_WITHOUT_CACHE] : [];
    return { cache: ofRouter ?? ofEnvironment, warnings };
  }

  const isRedis = REDIS_TYPES.has(params?.type ?? 'redis');
  const ofCache =
    params !== null && isRedis
      ? completeAccess(ofEnvironment, (rest) => readCacheParams(params, rest))
      : null;
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

/**
 * Where the file names the Redis of the environment, the environment completes what it leaves out, as in LiteLLM: who may
 * enter, and whether that takes TLS. Another Redis is told nothing of this one.
 */
function completeAccess(
  ofEnvironment: CacheConfig | null,
  read: (rest: CacheAccess) => CacheConfig | null,
): CacheConfig | null {
  const alone = read(NO_CREDENTIALS);
  if (alone === null || ofEnvironment === null || !isSame(alone, ofEnvironment)) return alone;
  return read(ofEnvironment);
}

const NO_CREDENTIALS: CacheAccess = {
  sentinelServiceName: null,
  sentinelPassword: null,
  username: null,
  password: null,
  tls: false,
  tlsCaFile: null,
  database: 0,
};

/** LiteLLM's order: URL, Cluster, Sentinel, single server. */
function readCacheParams(params: CacheParams, rest: CacheAccess): CacheConfig | null {
  const access = {
    ...rest,
    username: params.username ?? rest.username,
    password: params.password ?? rest.password,
    tls: params.ssl ?? rest.tls,
    tlsCaFile: params.ssl_ca_certs ?? rest.tlsCaFile,
    database: params.db ?? rest.database,
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
      sentinelPassword: params.sentinel_password ?? rest.sentinelPassword,
    };
  }
  return params.host
    ? { ...access, kind: 'single', nodes: readNode({ ...params, host: params.host }) }
    : null;
}

function readRouter(router: RouterSettings, rest: CacheAccess): CacheConfig | null {
  const access = {
    ...rest,
    username: router.redis_username ?? rest.username,
    password: router.redis_password ?? rest.password,
    tls: router.redis_ssl ?? rest.tls,
    database: router.redis_db ?? rest.database,
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
