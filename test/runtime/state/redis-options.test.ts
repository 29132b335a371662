import type { CacheConfig } from '../../../lib/config/gateway-config';
import {
  planReconnectMs,
  resolveClusterOptions,
  resolveRedisOptions,
} from '../../../runtime/state/redis-options';

const CONFIG: CacheConfig = {
  kind: 'single',
  nodes: [{ host: 'redis-1', port: 6380 }],
  sentinelServiceName: null,
  sentinelPassword: null,
  username: null,
  password: null,
  tls: false,
  tlsCaFile: null,
  database: 0,
};
const CONTEXT = { certificateAuthorities: null, random: { next: () => 1 } };

describe('resolveRedisOptions', () => {
  it('keeps nothing waiting and sends nothing twice', () => {
    const options = resolveRedisOptions(CONFIG, CONTEXT);
    expect(options).toMatchObject({
      host: 'redis-1',
      port: 6380,
      db: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2000,
      commandTimeout: 2000,
      socketTimeout: 2000,
    });
    expect(options).not.toHaveProperty('tls');
    expect(options).not.toHaveProperty('password');
  });

  it('tries for ever, and connects anew where the master has become a replica', () => {
    const { retryStrategy, reconnectOnError } = resolveRedisOptions(CONFIG, CONTEXT);
    expect([1, 5, 10, 100_000].map((attempt) => retryStrategy?.(attempt))).toEqual([
      100, 1000, 1000, 1000,
    ]);
    expect(reconnectOnError?.(new Error('READONLY You cannot write'))).toBe(true);
    expect(reconnectOnError?.(new Error('ERR syntax'))).toBe(false);
  });

  it('gives the user, the password and the database that the configuration names', () => {
    const named = { ...CONFIG, username: 'gateway', password: 'secret', database: 3 };
    expect(resolveRedisOptions(named, CONTEXT)).toMatchObject({
      username: 'gateway',
      password: 'secret',
      db: 3,
    });
  });

  it('asks the Sentinels for the master, and listens for another one', () => {
    const config: CacheConfig = {
      ...CONFIG,
      kind: 'sentinel',
      nodes: [
        { host: 's1', port: 26379 },
        { host: 's2', port: 26379 },
      ],
      sentinelServiceName: 'mymaster',
      sentinelPassword: 'for-sentinels',
      password: 'for-the-master',
      tls: true,
    };
    const options = resolveRedisOptions(config, { ...CONTEXT, certificateAuthorities: 'PEM' });
    expect(options).toMatchObject({
      sentinels: config.nodes,
      name: 'mymaster',
      password: 'for-the-master',
      sentinelPassword: 'for-sentinels',
      tls: { ca: 'PEM' },
      sentinelTLS: { ca: 'PEM' },
      enableTLSForSentinelMode: true,
      failoverDetector: true,
    });
    expect(options).not.toHaveProperty('host');
    expect(options.sentinelRetryStrategy?.(1000)).toBe(1000);
    expect(options.sentinelReconnectStrategy?.(1000)).toBe(1000);
  });

  it('trusts the authorities of the machine where no file names others', () => {
    expect(resolveRedisOptions({ ...CONFIG, tls: true }, CONTEXT).tls).toEqual({});
  });
});

describe('resolveClusterOptions', () => {
  it('leaves trying again to the next call, and asks every second who serves what', () => {
    const config: CacheConfig = { ...CONFIG, kind: 'cluster', username: 'u', password: 'p' };
    const options = resolveClusterOptions(config, CONTEXT);
    expect(options).toMatchObject({
      enableOfflineQueue: false,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshInterval: 1000,
      redisOptions: { username: 'u', password: 'p', socketTimeout: 2000 },
    });
    expect(options.clusterRetryStrategy?.(1000)).toBe(1000);
  });
});

describe('planReconnectMs', () => {
  it('keeps replicas apart by up to half of the time', () => {
    expect(planReconnectMs(3, 0)).toBe(200);
    expect(planReconnectMs(3, 1)).toBe(400);
  });
});
