import { Spread } from '../../../../constructs/k8s';
import { SentinelRedis } from '../../../../constructs/k8s/cache/sentinel-redis';
import type { GatewayProps } from '../../../../lib';
import { SOME_PODS, someSecrets, synthesizeBlock } from '../blocks';
import { findConfig, findObject, type Manifest, openingsOf } from '../manifests';
import { aRegionPlan } from '../plans';

function build(props: Partial<GatewayProps> = {}): {
  readonly manifests: readonly Manifest[];
  readonly cache: SentinelRedis;
} {
  const plan = aRegionPlan(props);
  const caches: SentinelRedis[] = [];
  const manifests = synthesizeBlock((chart) => {
    caches.push(
      new SentinelRedis(chart, 'Cache', {
        plan,
        namespace: 'models',
        secrets: someSecrets(plan),
        spread: Spread.zones(),
        ...SOME_PODS,
      }),
    );
  });
  const [cache] = caches;
  if (cache === undefined) throw new Error('the block was not built');
  return { manifests, cache };
}

describe('SentinelRedis', () => {
  const { manifests, cache } = build();
  const config = findConfig(manifests, 'litellm-redis').data;

  it('runs a primary with two replicas and three Sentinels, spread and protected', () => {
    for (const name of ['litellm-redis', 'litellm-sentinel']) {
      const { spec } = findObject(manifests, 'StatefulSet', name);
      expect(spec.replicas).toBe(3);
      expect(spec.template.spec.topologySpreadConstraints[0]).toMatchObject({
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
      });
      expect(findObject(manifests, 'PodDisruptionBudget', name).spec).toMatchObject({
        maxUnavailable: 1,
        selector: spec.selector,
      });
      expect(findObject(manifests, 'Service', name).spec).toMatchObject({
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: spec.selector.matchLabels,
      });
    }
  });

  it('offers each Sentinel by name', () => {
    expect(cache.sentinelEndpoints).toEqual([
      { host: 'litellm-sentinel-0.litellm-sentinel.models.svc', port: 26379 },
      { host: 'litellm-sentinel-1.litellm-sentinel.models.svc', port: 26379 },
      { host: 'litellm-sentinel-2.litellm-sentinel.models.svc', port: 26379 },
    ]);
    expect(cache.primary).toEqual({ host: 'litellm-sentinel.models.svc', port: 26379 });
  });

  it('tells each member its own name as the others know it', () => {
    const [container] = findObject(manifests, 'StatefulSet', 'litellm-redis').spec.template.spec
      .containers;

    expect(container.env).toContainEqual({
      name: 'SELF_HOST',
      value: '$(POD_NAME).litellm-redis.models.svc',
    });
    expect(config['start-sentinel.sh']).toContain(
      'litellm-redis-0.litellm-redis.models.svc litellm-redis-1.litellm-redis.models.svc',
    );
  });

  it('starts by the scripts it mounts, on a volume that stays', () => {
    const { spec } = findObject(manifests, 'StatefulSet', 'litellm-redis');
    const [container] = spec.template.spec.containers;

    expect(container.command).toEqual(['sh', '/etc/redis/start-redis.sh']);
    expect(container.lifecycle.preStop.exec.command).toEqual(['sh', '/etc/redis/stop-redis.sh']);
    expect(spec.persistentVolumeClaimRetentionPolicy.whenDeleted).toBe('Retain');
    expect(config['redis.conf']).toContain('min-replicas-to-write 1\n');
  });

  it('opens Redis and Sentinels to the gateway and to each other', () => {
    const components = ['gateway', 'redis', 'sentinel'];

    expect(openingsOf(manifests, 'litellm-allow-redis')).toEqual([{ port: 6379, components }]);
    expect(openingsOf(manifests, 'litellm-allow-sentinel')).toEqual([{ port: 26379, components }]);
  });

  it('holds no password', () => {
    expect(JSON.stringify(config)).not.toMatch(/requirepass [^%]/);
  });

  it('follows the number of replicas', () => {
    const more = build({ cache: { replicas: 4 } }).manifests;

    expect(findObject(more, 'StatefulSet', 'litellm-redis').spec.replicas).toBe(5);
    expect(findConfig(more, 'litellm-redis').data['start-sentinel.sh']).toContain(
      'litellm-redis-4.litellm-redis.models.svc',
    );
  });
});
