import { CONFIG_DEFAULTS } from './defaults';
import type { CacheConfig } from './gateway-config';
import { referenceName } from './references';

export interface CacheNode {
  readonly host: string;
  readonly port: number;
}

/** Who may enter a Redis, and how. */
export type CacheAccess = Omit<CacheConfig, 'kind' | 'nodes'>;

/** `a:26379,b` as nodes: a reference may hold several hosts, which shows only once it is resolved. */
export function readHosts(text: string, defaultPort: number): readonly CacheNode[] {
  if (referenceName(text) !== null) return [{ host: text, port: defaultPort }];
  return text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '')
    .map((host) => {
      // More than one colon is an IPv6 address, not a port.
      const [, name, port] = /^([^:]+):(\d{1,5})$/.exec(host) ?? [];
      return { host: name ?? host, port: port === undefined ? defaultPort : Number(port) };
    });
}

/** `rediss://user:password@host:6379`; null for a URL that is none, and a reference stays the host. */
export function parseRedisUrl(text: string, access: CacheAccess): CacheConfig | null {
  const port = CONFIG_DEFAULTS.redisPort;
  if (referenceName(text) !== null)
    return { ...access, kind: 'single', nodes: [{ host: text, port }] };
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return {
    ...access,
    kind: 'single',
    nodes: [{ host: url.hostname, port: url.port === '' ? port : Number(url.port) }],
    username: url.username === '' ? access.username : decodeURIComponent(url.username),
    password: url.password === '' ? access.password : decodeURIComponent(url.password),
    tls: url.protocol === 'rediss:' || access.tls,
  };
}
