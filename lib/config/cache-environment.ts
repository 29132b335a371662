import { z } from 'zod';
import { CONFIG_DEFAULTS } from './defaults';
import { GATEWAY_ENVIRONMENT } from '../gateway-contract';
import type { CacheConfig } from './gateway-config';
import { parseRedisUrl, readHosts } from './redis-address';
import type { Environment } from './references';
import { readBoolean } from './setting-schemas';

const sentinelNodes = z.array(z.tuple([z.string(), z.coerce.number()]));
const clusterNodes = z.array(z.object({ host: z.string(), port: z.coerce.number() }));

/** LiteLLM's `REDIS_*` variables, in its order: URL, Cluster, Sentinel, single server. */
export function parseCacheEnvironment(environment: Environment): CacheConfig | null {
  const access = {
    sentinelServiceName: null,
    sentinelPassword: null,
    username: environment[GATEWAY_ENVIRONMENT.redisUserName] ?? null,
    password: environment[GATEWAY_ENVIRONMENT.redisPassword] ?? null,
    tls: readBoolean(environment[GATEWAY_ENVIRONMENT.redisTls]) ?? false,
    tlsCaFile: environment[GATEWAY_ENVIRONMENT.redisTlsCaFile] ?? null,
    database: readDatabase(environment['REDIS_DB']),
  };
  const url = environment['REDIS_URL'];
  if (url) return parseRedisUrl(url, access);

  const cluster = parseNodes(environment[GATEWAY_ENVIRONMENT.redisClusterNodes], clusterNodes);
  if (cluster !== null) return { ...access, kind: 'cluster', nodes: cluster };

  const service = environment[GATEWAY_ENVIRONMENT.redisSentinelServiceName];
  const sentinels = parseNodes(environment[GATEWAY_ENVIRONMENT.redisSentinelNodes], sentinelNodes);
  if (sentinels !== null && service) {
    return {
      ...access,
      kind: 'sentinel',
      nodes: sentinels.map(([host, port]) => ({ host, port })),
      sentinelServiceName: service,
      sentinelPassword: environment[GATEWAY_ENVIRONMENT.redisSentinelPassword] ?? null,
    };
  }
  const host = environment[GATEWAY_ENVIRONMENT.redisHost];
  const port = Number(environment[GATEWAY_ENVIRONMENT.redisPort] ?? CONFIG_DEFAULTS.redisPort);
  if (!host || !Number.isInteger(port)) return null;
  return { ...access, kind: 'single', nodes: readHosts(host, port) };
}

function readDatabase(text: string | undefined): number {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : 0;
}

/** Null for text that is not such a list: the next way to reach Redis is tried, like LiteLLM does. */
function parseNodes<T>(
  text: string | undefined,
  schema: z.ZodType<readonly T[]>,
): readonly T[] | null {
  if (!text) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const nodes = schema.safeParse(value);
  return nodes.success && nodes.data.length > 0 ? nodes.data : null;
}
