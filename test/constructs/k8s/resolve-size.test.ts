import { Database, type SingleRegionHAProps, SingleRegionHA } from '../../../constructs/k8s';
import { App } from 'cdk8s';
import { activePassiveProps, anActivePassive, manifestsOf } from './multi-region';
import { findConfig, findObject, type Manifest } from './manifests';
import { aNode, type FakePod, podsMadeOf, requestsOf, scheduleBadly } from './schedule';
import { someProps, synthesizePattern } from './synthesize';

/** Two cores and 4 GiB, less what the control plane of kind asks for on the same machine. */
const NODE = aNode('kind-control-plane', { cpuMillicores: 2000 - 950, memoryMib: 4096 - 400 });
function small(overrides: Partial<SingleRegionHAProps> = {}): readonly Manifest[] {
  return synthesizePattern({ size: 'small', ...overrides });
}

function dumpOf(manifests: readonly Manifest[]): FakePod {
  const { spec } = findObject(manifests, 'CronJob', 'litellm-backup').spec.jobTemplate.spec
    .template;
  return { name: 'dump', owner: 'CronJob/litellm-backup', labels: {}, spec };
}

describe('resolveSize', () => {
  it('finds room for everything small on one node of 2 cores and 4 GiB, also in a rollout or a dump', () => {
    for (const database of [Database.patroni(), Database.cloudNativePg()]) {
      const manifests = small({ database });
      const pods = podsMadeOf(manifests);
      const surge = pods.filter(({ owner }) => owner === 'Deployment/litellm').slice(0, 1);
      for (const more of [surge, [dumpOf(manifests)]]) {
        expect(more).toHaveLength(1);
        const placed = scheduleBadly([...pods, ...more], [NODE]);
        expect(placed.filter(({ node }) => node === null).map(({ pod }) => pod.name)).toEqual([]);
      }
    }
  });

  it('asks for more than such a node has, unless it is chosen', () => {
    expect(requestsOf(podsMadeOf(synthesizePattern())).memoryMib).toBeGreaterThan(
      3 * NODE.memoryMib,
    );
  });

  it('runs two replicas and two members, and three of what needs a majority', () => {
    const manifests = small();
    const replicasOf = (kind: string, name: string): number =>
      findObject(manifests, kind, name).spec.replicas;

    expect(findObject(manifests, 'HorizontalPodAutoscaler', 'litellm').spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 4,
    });
    expect(replicasOf('StatefulSet', 'litellm-postgres')).toBe(2);
    expect(replicasOf('StatefulSet', 'litellm-redis')).toBe(3);
    expect(replicasOf('StatefulSet', 'litellm-sentinel')).toBe(3);
    expect(findConfig(manifests, 'litellm-postgres').data['patroni.yml']).toContain(
      'shared_buffers: 128MB',
    );
  });

  it('yields to what is written beside it', () => {
    const manifests = small({
      compute: { memoryMib: 512 },
      autoscaling: { maxReplicas: 9 },
      database: Database.patroni({ storageGib: 33 }),
    });
    const [gateway] = findObject(manifests, 'Deployment', 'litellm').spec.template.spec.containers;
    const members = findObject(manifests, 'StatefulSet', 'litellm-postgres').spec;

    expect(gateway.resources.requests).toEqual({ cpu: '250m', memory: '512Mi' });
    expect(findObject(manifests, 'HorizontalPodAutoscaler', 'litellm').spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 9,
    });
    expect(members.replicas).toBe(2);
    expect(members.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('33Gi');
  });

  it('leaves a database that is brought alone', () => {
    const database = Database.existing({
      host: 'db.example.com',
      password: { secretName: 'given', key: 'password' },
    });

    expect(
      new SingleRegionHA(new App(), 'gateway', someProps({ size: 'small', database })).database
        .kind,
    ).toBe('existing');
  });

  it('makes each of several clusters small', () => {
    const gateway = anActivePassive({ ...activePassiveProps(), size: 'small' });

    for (const region of ['us-east-1', 'us-west-2']) {
      expect(
        findObject(manifestsOf(gateway, region), 'Cluster', 'litellm-postgres').spec,
      ).toMatchObject({
        instances: 2,
        resources: { limits: { memory: '512Mi' } },
      });
    }
  });
});
