import type { k8s } from 'cdk8s-plus-28';
import { Cache, Database, LoadTest, type PodsProps } from '../../../../constructs/k8s';
import { choosePod } from '../../../../constructs/k8s/foundation/choose-pod';
import { resolvePods } from '../../../../constructs/k8s/foundation/pod-choices';
import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findObject, type Manifest, podsOf } from '../manifests';
import { schemaProblems, unknownFields } from '../schema-problems';
import { synthesizePattern } from '../synthesize';

const TOLERATION = { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' };
const CERTIFICATES = {
  volume: { name: 'certificates', configMap: { name: 'company-certificates' } },
  mountPath: '/company',
};
const AFFINITY: k8s.Affinity = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] },
      ],
    },
  },
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'noisy' } } },
    ],
  },
};

/** Every kind of pod there is, with everything said of all of them. */
const ALL: PodsProps = {
  all: {
    tolerations: [TOLERATION],
    nodeSelector: { pool: 'models' },
    affinity: AFFINITY,
    priorityClassName: 'critical',
    annotations: { 'sidecar.istio.io/inject': 'false' },
    labels: { 'cost-center': '42' },
    imagePullSecrets: ['registry'],
  },
};

function podsFor(pods: PodsProps): readonly [string, Manifest][] {
  return podsOf(synthesizePattern({ pods, loadTest: LoadTest.k6({ model: 'gpt-4o' }) }));
}

describe('choosePod', () => {
  it('tells every pod of every part what is said of all', () => {
    const pods = podsFor(ALL);

    expect(pods.length).toBe(11);
    for (const [, { metadata, spec }] of pods) {
      expect(spec).toMatchObject({
        tolerations: [TOLERATION],
        nodeSelector: { pool: 'models' },
        affinity: AFFINITY,
        priorityClassName: 'critical',
        imagePullSecrets: [{ name: 'registry' }],
      });
      expect(metadata.labels).toMatchObject({ 'cost-center': '42' });
      expect(metadata.annotations).toMatchObject({ 'sidecar.istio.io/inject': 'false' });
    }
  });

  it('makes nothing that Kubernetes and CloudNativePG refuse', () => {
    for (const database of [Database.patroni(), Database.cloudNativePg()]) {
      const manifests = synthesizePattern({
        database,
        cache: Cache.cluster(),
        pods: { ...ALL, gateway: { runtimeClassName: 'gvisor', volumes: [CERTIFICATES] } },
      });
      const builtIn = manifests.filter(({ apiVersion }) => !/cnpg/.test(apiVersion));
      expect(schemaProblems(builtIn)).toEqual([]);
      expect(unknownFields(builtIn)).toEqual([]);
      expect(customResourceProblems(manifests)).toEqual([]);
    }
  }, 60_000);

  it('adds to one part what is said of it alone', () => {
    const own = { key: 'gpu', operator: 'Exists' };
    const pods = podsFor({
      ...ALL,
      cache: { tolerations: [own], nodeSelector: { disk: 'fast' }, priorityClassName: 'low' },
    });
    const specOf = (owner: string): Manifest => pods.find(([name]) => name === owner)?.[1].spec;

    for (const owner of ['StatefulSet/litellm-redis', 'StatefulSet/litellm-sentinel']) {
      expect(specOf(owner)).toMatchObject({
        tolerations: [TOLERATION, own],
        nodeSelector: { pool: 'models', disk: 'fast' },
        priorityClassName: 'low',
      });
    }
    expect(specOf('Deployment/litellm').tolerations).toEqual([TOLERATION]);
    expect(specOf('StatefulSet/litellm-postgres').priorityClassName).toBe('critical');
  });

  it('mounts an extra volume into each of our containers, to be read', () => {
    const manifests = synthesizePattern({
      cache: Cache.cluster(),
      pods: { cache: { volumes: [CERTIFICATES] }, jobs: { volumes: [CERTIFICATES] } },
    });
    const { spec } = findObject(manifests, 'StatefulSet', 'litellm-redis-primary').spec.template;
    const dump = findObject(manifests, 'CronJob', 'litellm-backup').spec.jobTemplate.spec.template;

    expect(spec.volumes).toContainEqual(CERTIFICATES.volume);
    expect(spec.containers).toHaveLength(2);
    for (const container of [...spec.containers, ...dump.spec.containers]) {
      expect(container.volumeMounts).toContainEqual({
        name: 'certificates',
        mountPath: '/company',
        readOnly: true,
      });
    }
  });

  it('lets a sidecar run beside the gateway, restricted unless it says otherwise', () => {
    const manifests = synthesizePattern({
      pods: {
        gateway: {
          sidecars: [
            { name: 'collector', image: 'example.com/collector:1' },
            { name: 'mesh', image: 'example.com/mesh:1', securityContext: { runAsUser: 1337 } },
          ],
        },
      },
    });
    const { containers } = findObject(manifests, 'Deployment', 'litellm').spec.template.spec;

    expect(containers.map(({ name }: Manifest) => name)).toEqual(['gateway', 'collector', 'mesh']);
    expect(containers[1].securityContext).toEqual(containers[0].securityContext);
    expect(containers[2].securityContext).toEqual({ runAsUser: 1337 });
  });

  it('takes the older word for the priority of the gateway', () => {
    const pods = podsOf(synthesizePattern({ priorityClassName: 'critical' }));

    expect(
      pods.filter(([, { spec }]) => spec.priorityClassName !== undefined).map(([name]) => name),
    ).toEqual(['Deployment/litellm']);
  });

  it('changes the name of a Job with its pod, because a Job never changes', () => {
    const namesOf = (pods: PodsProps): readonly string[] =>
      synthesizePattern({ pods })
        .filter(({ kind, spec }) => kind === 'Job' && spec.suspend !== true)
        .map(({ metadata }) => metadata.name);
    const [before, after] = [namesOf({}), namesOf(ALL)];

    expect(before).toHaveLength(2);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });

  it('rejects what the pod has already', () => {
    const choices = resolvePods({
      gateway: {
        labels: { app: 'mine' },
        annotations: { checksum: 'mine' },
        volumes: [
          { ...CERTIFICATES, mountPath: '/tmp' },
          { ...CERTIFICATES, mountPath: '/company' },
        ],
        sidecars: [{ name: 'gateway' }],
      },
    }).gateway;
    const template = {
      metadata: { labels: { app: 'litellm' }, annotations: { checksum: '1' } },
      spec: {
        containers: [{ name: 'gateway', volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }],
      },
    };

    expect(() => choosePod(template, choices)).toThrow(
      'pods on k8s: 5 problems\n' +
        '  - pods.gateway.labels must leave alone what the pod has already, got "app"; choose another one\n' +
        '  - pods.gateway.annotations must leave alone what the pod has already, got "checksum"; choose another one\n' +
        '  - pods.gateway.volumes must leave alone what the pod has already, got "certificates"; choose another one\n' +
        '  - pods.gateway.volumes must leave alone what the pod has already, got "/tmp"; choose another one\n' +
        '  - pods.gateway.sidecars must leave alone what the pod has already, got "gateway"; choose another one',
    );
  });
});

describe('renderOperatorPlacement', () => {
  const build = (pods: PodsProps): Manifest =>
    findObject(
      synthesizePattern({ database: Database.cloudNativePg(), pods }),
      'Cluster',
      'litellm-postgres',
    ).spec;

  it("says it in the operator's own fields", () => {
    expect(build(ALL)).toMatchObject({
      affinity: {
        nodeSelector: { pool: 'models' },
        tolerations: [TOLERATION],
        nodeAffinity: AFFINITY.nodeAffinity,
        additionalPodAntiAffinity: AFFINITY.podAntiAffinity,
      },
      priorityClassName: 'critical',
      imagePullSecrets: [{ name: 'registry' }],
      inheritedMetadata: {
        labels: { 'cost-center': '42' },
        annotations: { 'sidecar.istio.io/inject': 'false' },
      },
    });
    expect(Object.keys(build({}))).not.toContain('affinity');
  });

  it('rejects what the operator has no field for', () => {
    const rest =
      'must be left out with Database.cloudNativePg(), whose operator has no field for it, got one; ' +
      'leave it out, or choose Database.patroni()';
    expect(() =>
      build({
        all: { runtimeClassName: 'gvisor' },
        database: { volumes: [CERTIFICATES], sidecars: [{ name: 'collector' }] },
      }),
    ).toThrow(
      'pods on k8s: 3 problems\n' +
        `  - pods.database.runtimeClassName ${rest}\n` +
        `  - pods.database.volumes ${rest}\n` +
        `  - pods.database.sidecars ${rest}`,
    );
  });
});
