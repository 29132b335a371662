import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import {
  Autoscaling,
  Backup,
  Cache,
  Chaos,
  Database,
  LoadBalancer,
  LoadTest,
  Monitoring,
  Network,
  Secrets,
  SingleRegionHA,
  type SingleRegionHAProps,
  Spread,
} from '../../../constructs/k8s';
import {
  customResourceProblems,
  isCustomResource,
} from './custom-resources/custom-resource-problems';
import { findObject, type Manifest } from './manifests';
import { schemaProblems, unknownFields } from './schema-problems';
import { someProps, synthesizePattern } from './synthesize';

const CREDENTIALS = { secretName: 'account' };
const PASSWORD = { secretName: 'given', key: 'password' };
const NODES = [{ host: 'redis.example.com', port: 6379 }];

/** Every choice of every prop that makes other objects, in combinations that chance decides. */
const ANY_CHOICES: fc.Arbitrary<Partial<SingleRegionHAProps>> = fc.record({
  database: fc.constantFrom(
    Database.patroni({ readReplicas: 3 }),
    Database.cloudNativePg(),
    Database.cloudNativePg({ archive: { bucket: 'wal', credentials: CREDENTIALS } }),
    Database.existing({ host: 'db.example.com', password: PASSWORD, sslMode: 'require' }),
  ),
  cache: fc.constantFrom(
    Cache.sentinel({ replicas: 4 }),
    Cache.cluster(),
    Cache.existing({ reachedBy: { kind: 'cluster-nodes', nodes: NODES }, password: PASSWORD }),
  ),
  secretSource: fc.constantFrom(
    Secrets.generated(),
    Secrets.existing('given'),
    Secrets.external({ secretStore: { name: 'vault' }, remoteKey: 'litellm' }),
  ),
  autoscaling: fc.constantFrom(
    { minReplicas: 4, memoryPercent: 80 },
    Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090', maxReplicas: 12 }),
  ),
  loadBalancer: fc.constantFrom(
    LoadBalancer.ingress(),
    LoadBalancer.ingress({ className: 'haproxy' }),
    LoadBalancer.ingress({ className: 'traefik' }),
    LoadBalancer.ingress({ className: 'gce' }),
    LoadBalancer.ingress({ className: 'own', annotations: {}, proxyCidrs: ['10.0.0.0/8'] }),
    LoadBalancer.httpRoute({ gatewayName: 'public', gatewayNamespace: 'edge' }),
  ),
  domain: fc.constantFrom(
    { name: 'api.example.com' },
    { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
  ),
  backup: fc.constantFrom(
    undefined,
    Backup.volume({ storageGib: 9 }),
    Backup.objectStorage({ bucket: 'dumps', credentials: CREDENTIALS }),
  ),
  monitoring: fc.constantFrom(undefined, Monitoring.prometheusOperator()),
  chaos: fc.constantFrom(undefined, Chaos.mesh()),
  loadTest: fc.constantFrom(undefined, LoadTest.k6({ model: 'gpt-4o' })),
  image: fc.constantFrom(undefined, { reference: 'example.com/gateway@sha256:1' }),
  namespace: fc.constantFrom(undefined, 'models', Network.existingNamespace('shared')),
  dataVolume: fc.constantFrom(undefined, { kind: 'claim', storageGib: 2 } as const),
  priorityClassName: fc.constantFrom(undefined, 'critical'),
  spread: fc.constantFrom(undefined, Spread.zones(), Spread.preferred()),
  size: fc.constantFrom(undefined, 'small'),
  service: fc.constantFrom(undefined, {
    type: 'LoadBalancer',
    clientCidrs: ['10.0.0.0/8'],
  } as const),
  pods: fc.constantFrom(undefined, {
    all: { tolerations: [{ operator: 'Exists' }], labels: { team: 'models' } },
    gateway: { sidecars: [{ name: 'collector', image: 'example.com/collector:1' }] },
  }),
  migrationRollout: fc.constantFrom('gateway', 'argo-cd'),
});

/** Three primaries in as many zones are more than the small size has. */
function fitTogether({ size, spread, cache }: Partial<SingleRegionHAProps>): boolean {
  return size !== 'small' || spread?.kind !== 'zones' || cache?.kind !== 'cluster';
}

/** Objects that differ in nothing, once. */
function distinct(manifests: readonly Manifest[]): readonly Manifest[] {
  const byText = new Map(manifests.map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}

function identify({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

describe('SingleRegionHA with any choices', () => {
  const seed = 20261123;
  const worlds = fc
    .sample(ANY_CHOICES.filter(fitTogether), { seed, numRuns: 60 })
    .map(synthesizePattern);
  const all = distinct(worlds.flat());

  it('makes only objects that Kubernetes takes as they are', () => {
    const builtIn = all.filter((each) => !isCustomResource(each));

    expect(schemaProblems(builtIn)).toEqual([]);
    // The same fields over and over: every kind of object, and each prop that adds a field, is among the first worlds.
    const sample = distinct(worlds.slice(0, 12).flat()).filter((each) => !isCustomResource(each));
    expect(unknownFields(sample)).toEqual([]);
  }, 240_000);

  it('makes only custom resources that their operators take as they are', () => {
    expect(customResourceProblems(all)).toEqual([]);
    expect([...new Set(all.filter(isCustomResource).map(({ kind }) => kind))].sort()).toEqual(
      [
        'BackendConfig',
        'Certificate',
        'Cluster',
        'ExternalSecret',
        'FrontendConfig',
        'HTTPRoute',
        'ObjectStore',
        'PodMonitor',
        'Pooler',
        'PrometheusRule',
        'Schedule',
        'ScheduledBackup',
        'ScaledObject',
        'ServiceMonitor',
      ].sort(),
    );
  });

  it('never makes two objects of one name, and holds no secret', () => {
    for (const world of worlds) {
      expect(new Set(world.map(identify)).size).toBe(world.length);
      expect(world.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    }
  });

  it('opens every port that something is told to connect to', () => {
    for (const world of worlds) {
      const closed = world.some(({ metadata }) => metadata.name === 'litellm-deny-by-default');
      expect(closed).toBe(true);
      for (const set of world.filter(({ kind }) => kind === 'StatefulSet')) {
        const { labels } = set.spec.template.metadata;
        const opened = world.filter(
          ({ kind, spec }) =>
            kind === 'NetworkPolicy' &&
            spec.policyTypes.includes('Ingress') &&
            Object.entries(spec.podSelector.matchLabels ?? { none: '' }).every(
              ([key, value]) => labels[key] === value,
            ),
        );
        expect([set.metadata.name, opened.length > 0]).toEqual([set.metadata.name, true]);
      }
    }
  });
});

describe('two gateways in one namespace', () => {
  it('share nothing but the namespace, which one of them makes', () => {
    const app = new App();
    const chart = new Chart(app, 'both');
    const extras = {
      autoscaling: Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090' }),
      monitoring: Monitoring.prometheusOperator(),
      chaos: Chaos.mesh(),
      loadTest: LoadTest.k6({ model: 'gpt-4o' }),
    };
    new SingleRegionHA(chart, 'One', someProps({ ...extras, name: 'one', namespace: 'models' }));
    new SingleRegionHA(
      chart,
      'Two',
      someProps({
        ...extras,
        name: 'two',
        namespace: Network.existingNamespace('models'),
        domain: { name: 'two.example.com' },
        cache: Cache.cluster(),
      }),
    );
    const manifests = chart.toJson() as Manifest[];
    const names = manifests.map(identify);

    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(manifests.filter(({ kind }) => kind === 'Namespace')).toHaveLength(1);
    for (const { kind, spec, metadata } of manifests) {
      if (kind !== 'Service' || spec.selector === undefined) continue;
      const owner = metadata.name.startsWith('one') ? 'one' : 'two';
      expect([metadata.name, spec.selector['app.kubernetes.io/instance']]).toEqual([
        metadata.name,
        owner,
      ]);
    }
    const queries = ['one', 'two'].map((name) =>
      JSON.stringify(findObject(manifests, 'ScaledObject', name).spec.triggers),
    );
    expect(queries[0]).toContain(String.raw`service=\"one\"`);
    expect(queries[0]).not.toBe(queries[1]);
  });
});

describe('a gateway in a chart of somebody else', () => {
  const chart = new Chart(new App(), 'platform', { labels: { team: 'models' } });
  new ApiObject(chart, 'mine', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } });
  const gateway = new SingleRegionHA(chart, 'Gateway', someProps());

  it('stands beside what was there, under the labels of the chart', () => {
    const manifests = chart.toJson() as Manifest[];

    expect(findObject(manifests, 'ConfigMap', 'mine')).toBeDefined();
    for (const { metadata } of manifests) expect(metadata.labels).toMatchObject({ team: 'models' });
  });

  it('lets every object be found and patched', () => {
    const objects = gateway.node.findAll().filter((each) => each instanceof ApiObject);
    const ofGateway = (chart.toJson() as Manifest[]).filter(
      ({ metadata }) => metadata.name !== 'mine',
    );

    expect(objects).toHaveLength(ofGateway.length);
    for (const object of objects) {
      object.addJsonPatch(JsonPatch.add('/metadata/labels/patched', 'yes'));
    }
    expect(
      (chart.toJson() as Manifest[])
        .filter(({ metadata }) => metadata.labels.patched !== 'yes')
        .map(({ metadata }) => metadata.name),
    ).toEqual(['mine']);
  });

  it('hands out its main objects as fields', () => {
    gateway.compute.workload.deployment.addJsonPatch(
      JsonPatch.replace('/spec/minReadySeconds', 30),
    );
    if (gateway.database.kind === 'patroni') {
      gateway.database.resource.addJsonPatch(JsonPatch.replace('/spec/minReadySeconds', 31));
    }
    if (gateway.cache.kind === 'sentinel') {
      gateway.cache.resource.addJsonPatch(JsonPatch.replace('/spec/minReadySeconds', 32));
    }
    gateway.compute.workload.service.addJsonPatch(JsonPatch.add('/spec/sessionAffinity', 'None'));
    // Quantities and ports are values of the framework until the very end.
    gateway.backup?.resource.addJsonPatch(
      JsonPatch.replace(
        '/spec/jobTemplate/spec/template/spec/containers/0/resources/requests/cpu',
        k8s.Quantity.fromString('2'),
      ),
    );
    const manifests = chart.toJson() as Manifest[];

    expect(
      [
        ['Deployment', 'litellm'],
        ['StatefulSet', 'litellm-postgres'],
        ['StatefulSet', 'litellm-redis'],
      ].map(([kind, name]) => findObject(manifests, kind ?? '', name ?? '').spec.minReadySeconds),
    ).toEqual([30, 31, 32]);
    expect(findObject(manifests, 'Service', 'litellm').spec.sessionAffinity).toBe('None');
    expect(
      findObject(manifests, 'CronJob', 'litellm-backup').spec.jobTemplate.spec.template.spec
        .containers[0].resources.requests.cpu,
    ).toBe('2');
  });
});
