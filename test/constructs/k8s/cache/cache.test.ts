import { Cache, type CacheChoice } from '../../../../constructs/k8s';
import { findObject, type Manifest, podsOf } from '../manifests';
import { synthesizePattern } from '../synthesize';

const PASSWORD = { secretName: 'redis', key: 'password' };
const NODES = [
  { host: 'one.example.com', port: 7000 },
  { host: 'two.example.com', port: 7001 },
];

function variablesFor(cache: CacheChoice): Readonly<Record<string, unknown>> {
  const manifests = synthesizePattern({ cache });
  const [container] = findObject(manifests, 'Deployment', 'litellm').spec.template.spec.containers;
  return Object.fromEntries(
    container.env
      .filter(({ name }: Manifest) => name.startsWith('REDIS'))
      .map((each: Manifest) => [each.name, each.value ?? each.valueFrom.secretKeyRef]),
  );
}

describe('Cache', () => {
  it('is Redis with Sentinels, unless another kind is chosen', () => {
    expect(Object.keys(variablesFor(Cache.sentinel())).sort()).toEqual([
      'REDIS_PASSWORD',
      'REDIS_SENTINEL_NODES',
      'REDIS_SENTINEL_PASSWORD',
      'REDIS_SERVICE_NAME',
    ]);
  });

  it('hands all six members of a Redis Cluster to the gateway', () => {
    const variables = variablesFor(Cache.cluster());

    expect(Object.keys(variables).sort()).toEqual(['REDIS_CLUSTER_NODES', 'REDIS_PASSWORD']);
    expect(JSON.parse(String(variables.REDIS_CLUSTER_NODES))).toEqual(
      ['primary', 'replica'].flatMap((role) =>
        [0, 1, 2].map((shard) => ({
          host: `litellm-redis-${role}-${shard}.litellm-redis.litellm.svc`,
          port: 6379,
        })),
      ),
    );
  });

  it.each<[CacheChoice, Readonly<Record<string, unknown>>]>([
    [
      Cache.existing({
        reachedBy: { kind: 'address', endpoint: { host: 'redis.example.com', port: 6380 } },
        password: PASSWORD,
      }),
      {
        REDIS_HOST: 'redis.example.com',
        REDIS_PORT: '6380',
        REDIS_SSL: 'true',
        REDIS_PASSWORD: { name: 'redis', key: 'password' },
      },
    ],
    [
      Cache.existing({
        reachedBy: { kind: 'sentinels', nodes: NODES, serviceName: 'main' },
        password: PASSWORD,
        tls: 'off',
      }),
      {
        REDIS_SENTINEL_NODES: '[["one.example.com",7000],["two.example.com",7001]]',
        REDIS_SERVICE_NAME: 'main',
        REDIS_PASSWORD: { name: 'redis', key: 'password' },
        REDIS_SENTINEL_PASSWORD: { name: 'redis', key: 'password' },
      },
    ],
    [
      Cache.existing({ reachedBy: { kind: 'cluster-nodes', nodes: NODES }, tls: 'off' }),
      { REDIS_CLUSTER_NODES: JSON.stringify(NODES) },
    ],
  ])('reaches what is brought: %j', (cache, expected) => {
    expect(variablesFor(cache)).toEqual(expected);
  });

  it('makes no Redis and no password for one where it is brought', () => {
    const manifests = synthesizePattern({
      cache: Cache.existing({ reachedBy: { kind: 'cluster-nodes', nodes: NODES } }),
    });

    expect(podsOf(manifests).filter(([name]) => /redis|sentinel/.test(name))).toEqual([]);
    expect(JSON.stringify(manifests)).not.toContain('cache-password');
  });

  it('rejects a Redis that is brought without a node', () => {
    const cache = Cache.existing({ reachedBy: { kind: 'cluster-nodes', nodes: [] } });

    expect(() => synthesizePattern({ cache })).toThrow(
      'cache: 1 problem\n' +
        '  - cache.reachedBy.nodes must name at least one node, got none; list the nodes with host ' +
        'and port',
    );
  });
});
