import {
  renderKeepRedisCluster,
  renderProbeRedisCluster,
  renderRedisCluster,
  renderStartRedisCluster,
  renderStopRedisCluster,
  type RedisClusterMembership,
} from '../../../lib/render';

const MEMBERS: RedisClusterMembership = {
  runFolder: '/run/redis',
  configFolder: '/etc/redis',
  port: 6379,
  primaryHosts: ['primary-0', 'primary-1', 'primary-2'],
  replicaHosts: ['replica-0', 'replica-1', 'replica-2'],
  cliProgram: 'redis-cli',
  serverProgram: 'redis-server',
};

describe('renderRedisCluster', () => {
  const lines = renderRedisCluster({ port: 6379, dataFolder: '/data', maxMemoryMib: 256 }).split(
    '\n',
  );

  it('replaces a silent primary within seconds, and serves what is left of the slots', () => {
    expect(lines).toEqual(
      expect.arrayContaining([
        'cluster-enabled yes',
        'cluster-node-timeout 5000',
        'cluster-require-full-coverage no',
        'cluster-replica-validity-factor 0',
      ]),
    );
  });

  it('keeps each replica with its shard and sends clients to names', () => {
    expect(lines).toContain('cluster-allow-replica-migration no');
    expect(lines).toContain('cluster-preferred-endpoint-type hostname');
  });

  it('lets a shard write while its replica is away, and holds no password', () => {
    expect(lines.join('\n')).not.toMatch(/min-replicas|requirepass|masterauth/);
  });
});

describe('renderStartRedisCluster', () => {
  it('announces the name and the address of the member', () => {
    const script = renderStartRedisCluster(MEMBERS);

    expect(script).toContain('cluster-announce-ip %s');
    expect(script).toContain('"$SELF_ADDRESS" "$SELF_HOST"');
    expect(script).toContain('exec redis-server /run/redis/redis.conf');
  });
});

describe.each([
  ['renderKeepRedisCluster', renderKeepRedisCluster],
  ['renderStopRedisCluster', renderStopRedisCluster],
  ['renderProbeRedisCluster', renderProbeRedisCluster],
])('%s', (_, render) => {
  const script = render(MEMBERS);

  it('tells each member its place, its partner and its slots, all of which are dealt once', () => {
    const places = [
      ...script.matchAll(/^ {2}(\S+)\) meant=(\S+) other=(\S+) first=(\d+) last=(\d+) ;;$/gm),
    ].map(([, host, meant, other, first, last]) => ({ host, meant, other, first, last }));

    expect(places).toEqual(
      [0, 1, 2].flatMap((shard) => {
        const first = ['0', '5462', '10923'][shard];
        const last = ['5461', '10922', '16383'][shard];
        const [primary, replica] = [`primary-${shard}`, `replica-${shard}`];
        return [
          { host: primary, meant: 'primary', other: replica, first, last },
          { host: replica, meant: 'replica', other: primary, first, last },
        ];
      }),
    );
  });

  it('takes the password from the environment', () => {
    expect(script).toContain('export REDISCLI_AUTH="$REDIS_PASSWORD"');
  });
});
