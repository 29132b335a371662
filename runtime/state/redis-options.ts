import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { CacheConfig } from '../../lib/config/gateway-config';
import type { Random } from '../ports';

/** Longer than any reply takes that comes at all: then the connection is taken for dead and made anew. */
const SILENCE_MS = 2_000;
const CONNECT_MS = 2_000;
const SENTINEL_MS = 1_000;
const SLOTS_EVERY_MS = 1_000;
const LONGEST_RECONNECT_MS = 1_000;

export interface RedisOptionsContext {
  /** Certificate authorities in PEM form; null: those of the system. */
  readonly certificateAuthorities: string | null;
  readonly random: Random;
}

/** How the one server, or each server of a Cluster, is spoken to. */
export function resolveServerOptions(
  config: Pick<CacheConfig, 'username' | 'password' | 'tls'>,
  { certificateAuthorities }: Pick<RedisOptionsContext, 'certificateAuthorities'>,
) {
  return {
    ...(config.username === null ? {} : { username: config.username }),
    ...(config.password === null ? {} : { password: config.password }),
    ...(config.tls ? { tls: resolveTls(certificateAuthorities) } : {}),
    // Spoken by every server and every proxy before one.
    protocol: 2,
    connectionName: 'litellm-ha',
    disableClientInfo: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: SILENCE_MS,
    // A server that hangs keeps its connections open for ever; nothing else notices.
    socketTimeout: SILENCE_MS,
    keepAlive: 5_000,
    maxLoadingRetryTime: 1_000,
    // What was sent and not answered may have been done: sending it again would count it twice.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  } as const satisfies RedisOptions;
}

/** One server, or the master that Sentinels name. */
export function resolveRedisOptions(
  config: CacheConfig,
  context: RedisOptionsContext,
): RedisOptions {
  const retry = (attempt: number): number => planReconnectMs(attempt, context.random.next());
  const server: RedisOptions = {
    ...resolveServerOptions(config, context),
    db: config.database,
    enableOfflineQueue: false,
    retryStrategy: retry,
    // The master has become a replica: the Sentinels, or the name in DNS, know the new one.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
  if (config.kind !== 'sentinel') {
    const [node] = config.nodes;
    return { ...server, ...(node === undefined ? {} : { host: node.host, port: node.port }) };
  }
  return {
    ...server,
    sentinels: config.nodes.map(({ host, port }) => ({ host, port })),
    ...(config.sentinelServiceName === null ? {} : { name: config.sentinelServiceName }),
    ...(config.sentinelPassword === null ? {} : { sentinelPassword: config.sentinelPassword }),
    ...(config.tls
      ? { enableTLSForSentinelMode: true, sentinelTLS: resolveTls(context.certificateAuthorities) }
      : {}),
    // Without it a master that hangs is kept although the Sentinels have long named another.
    failoverDetector: true,
    disconnectTimeout: 500,
    sentinelCommandTimeout: SENTINEL_MS,
    sentinelRetryStrategy: retry,
    sentinelReconnectStrategy: retry,
  };
}

export function resolveClusterOptions(
  config: CacheConfig,
  context: RedisOptionsContext,
): ClusterOptions {
  return {
    enableOfflineQueue: false,
    clusterRetryStrategy: (attempt) => planReconnectMs(attempt, context.random.next()),
    slotsRefreshTimeout: SENTINEL_MS,
    // Who serves what is asked all the time: errors alone do not tell of a server that hangs.
    slotsRefreshInterval: SLOTS_EVERY_MS,
    maxRedirections: 3,
    // Whoever waits has 20 ms; trying again is for the next call.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 0,
    redisOptions: resolveServerOptions(config, context),
  };
}

/** Never gives up. `random` in [0, 1) keeps replicas from coming back all at once. */
export function planReconnectMs(attempt: number, random: number): number {
  const fullMs = Math.min(LONGEST_RECONNECT_MS, 50 * 2 ** Math.min(attempt, 10));
  return Math.round(fullMs * (0.5 + 0.5 * random));
}

function resolveTls(certificateAuthorities: string | null): { readonly ca?: string } {
  return certificateAuthorities === null ? {} : { ca: certificateAuthorities };
}
