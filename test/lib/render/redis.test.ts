import {
  renderRedis,
  renderSentinel,
  renderStartRedis,
  renderStartSentinel,
  renderStopRedis,
  type RedisMembership,
} from '../../../lib/render';

const MEMBERS: RedisMembership = {
  runFolder: '/run/redis',
  configFolder: '/etc/redis',
  redisPort: 6379,
  redisHosts: ['redis-0', 'redis-1', 'redis-2'],
  sentinelPort: 26379,
  sentinelHosts: ['sentinel-0', 'sentinel-1', 'sentinel-2'],
  sentinelServiceName: 'mymaster',
  cliProgram: 'redis-cli',
  serverProgram: 'redis-server',
};
const PLAN = {
  port: 26379,
  serviceName: 'mymaster',
  count: 3,
  quorum: 2,
  downAfterMs: 5000,
  failoverTimeoutMs: 10_000,
  parallelSyncs: 1,
};

describe('renderRedis', () => {
  it('keeps a primary that nobody hears from taking writes', () => {
    const lines = renderRedis({ port: 6379, dataFolder: '/data', maxMemoryMib: 256 }).split('\n');

    expect(lines).toEqual(
      expect.arrayContaining([
        'port 6379',
        'dir /data',
        'appendonly yes',
        'maxmemory 256mb',
        'min-replicas-to-write 1',
        'min-replicas-max-lag 10',
      ]),
    );
    expect(lines.join('\n')).not.toMatch(/requirepass|masterauth/);
  });
});

describe('renderStartRedis', () => {
  it('asks every Sentinel and never decides alone', () => {
    const script = renderStartRedis(MEMBERS);

    expect(script).toContain('for sentinel in sentinel-0 sentinel-1 sentinel-2; do');
    expect(script).toContain('sentinel get-master-addr-by-name mymaster');
    expect(script).toMatch(/exec redis-server \/run\/redis\/redis.conf\n$/);
    expect(script).not.toContain('redis-0');
  });
});

describe('renderStopRedis', () => {
  it('hands over only what it has', () => {
    const script = renderStopRedis(MEMBERS);

    expect(script).toContain('[ "$role" = master ] || exit 0');
    expect(script).toContain('sentinel failover mymaster');
  });
});

describe('renderSentinel', () => {
  it('knows members by host names', () => {
    expect(renderSentinel(PLAN, '/tmp').split('\n')).toEqual(
      expect.arrayContaining([
        'port 26379',
        'sentinel resolve-hostnames yes',
        'sentinel announce-hostnames yes',
      ]),
    );
  });
});

describe('renderStartSentinel', () => {
  it("watches with the guide's timers", () => {
    const script = renderStartSentinel(MEMBERS, PLAN);

    expect(script).toContain('printf \'sentinel monitor mymaster %s 6379 2\\n\' "$primary"');
    expect(script).toContain('sentinel down-after-milliseconds mymaster 5000\\n');
    expect(script).toContain('sentinel failover-timeout mymaster 10000\\n');
    expect(script).toContain('sentinel parallel-syncs mymaster 1\\n');
    expect(script).toContain('|| primary=redis-0\n');
    expect(script).toMatch(/exec redis-server \/run\/redis\/sentinel.conf --sentinel\n$/);
  });
});
