import { Cache, Spread } from '../../../../constructs/k8s';
import { findConfig, findObject, type Manifest, openingsOf } from '../manifests';
import { synthesizePattern } from '../synthesize';

describe('RedisCluster', () => {
  const manifests = synthesizePattern({
    cache: Cache.cluster({ memoryMibPerShard: 1024 }),
    spread: Spread.zones(),
  });
  const setOf = (role: string): Manifest =>
    findObject(manifests, 'StatefulSet', `litellm-redis-${role}`).spec;
  const config = findConfig(manifests, 'litellm-redis').data;

  it('runs three primaries and three replicas on volumes that stay', () => {
    for (const role of ['primary', 'replica']) {
      expect(setOf(role)).toMatchObject({
        replicas: 3,
        podManagementPolicy: 'Parallel',
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' },
      });
      expect(setOf(role).template.metadata.labels).toMatchObject(setOf(role).selector.matchLabels);
    }
    expect(setOf('primary').selector.matchLabels).not.toEqual(
      setOf('replica').selector.matchLabels,
    );
  });

  it('never puts two primaries, or a shard, into one zone', () => {
    const strict = (role: string): Manifest[] =>
      setOf(role).template.spec.topologySpreadConstraints.filter(
        (each: Manifest) => each.whenUnsatisfiable === 'DoNotSchedule',
      );

    expect(strict('primary')).toEqual([
      expect.objectContaining({
        topologyKey: 'topology.kubernetes.io/zone',
        labelSelector: { matchLabels: setOf('primary').selector.matchLabels },
      }),
    ]);
    expect(strict('replica')).toEqual([
      expect.objectContaining({
        topologyKey: 'topology.kubernetes.io/zone',
        matchLabelKeys: ['apps.kubernetes.io/pod-index'],
        labelSelector: {
          matchLabels: findObject(manifests, 'Service', 'litellm-redis').spec.selector,
        },
      }),
    ]);
  });

  it('lets one member be drained at a time, of all six', () => {
    const { selector, maxUnavailable } = findObject(
      manifests,
      'PodDisruptionBudget',
      'litellm-redis',
    ).spec;

    expect(maxUnavailable).toBe(1);
    for (const role of ['primary', 'replica']) {
      expect(setOf(role).template.metadata.labels).toMatchObject(selector.matchLabels);
    }
  });

  it('starts, keeps, probes and leaves by the scripts it mounts', () => {
    const [server, keeper] = setOf('primary').template.spec.containers;

    expect(server.command).toEqual(['sh', '/etc/redis/start-redis.sh']);
    expect(server.readinessProbe.exec.command).toEqual(['sh', '/etc/redis/probe-redis.sh']);
    expect(server.lifecycle.preStop.exec.command).toEqual(['sh', '/etc/redis/stop-redis.sh']);
    expect(keeper.command).toEqual(['sh', '/etc/redis/keep-redis.sh']);
    expect(Object.keys(config).sort()).toEqual([
      'keep-redis.sh',
      'probe-redis.sh',
      'redis.conf',
      'start-redis.sh',
      'stop-redis.sh',
    ]);
  });

  it('gives the pod twice the memory of the shard', () => {
    expect(config['redis.conf']).toContain('maxmemory 1024mb\n');
    expect(setOf('replica').template.spec.containers[0].resources.limits.memory).toBe('2048Mi');
  });

  it('gives the volume room for two append-only files', () => {
    const storageOf = (memoryMibPerShard: number): string =>
      findObject(
        synthesizePattern({ cache: Cache.cluster({ memoryMibPerShard }) }),
        'StatefulSet',
        'litellm-redis-primary',
      ).spec.volumeClaimTemplates[0].spec.resources.requests.storage;

    expect(storageOf(256)).toBe('8Gi');
    expect(storageOf(4096)).toBe('16Gi');
  });

  it('rejects two zones, and memory that no shard has', () => {
    expect(() =>
      synthesizePattern({
        zones: 2,
        spread: Spread.zones(),
        cache: Cache.cluster({ memoryMibPerShard: 1 }),
      }),
    ).toThrow(
      'litellm on k8s: 2 problems\n' +
        '  - zones must be 3 or more with Cache.cluster(), because two of its three primaries must ' +
        'outlive a zone, got 2; raise it, or choose Cache.sentinel() or Spread.nodes()\n' +
        '  - cache.memoryMibPerShard must be a whole number from 64 to 65536 (MiB), got 1; raise it',
    );
  });

  it('opens Redis to the gateway and to members, and their bus to members alone', () => {
    expect(openingsOf(manifests, 'litellm-allow-redis')).toEqual([
      { port: 6379, components: ['gateway', 'redis'] },
      { port: 16379, components: ['redis'] },
    ]);
  });

  it('has no Sentinels', () => {
    expect(manifests.filter(({ metadata }) => /sentinel/.test(metadata.name))).toEqual([]);
  });
});
