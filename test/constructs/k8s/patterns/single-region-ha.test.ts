import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  Autoscaling,
  Backup,
  Cache,
  Chaos,
  Database,
  LoadBalancer,
  LoadTest,
  SingleRegionHA,
} from '../../../../constructs/k8s';
import { aConfig } from '../../../support/a-config';
import { findObject, podsOf, type Manifest } from '../manifests';
import { schemaProblems, unknownFields } from '../schema-problems';
import { someProps, synthesizePattern } from '../synthesize';

/** Every choice that makes other objects than the defaults do. */
const CHOICES = {
  autoscaling: Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090' }),
  backup: Backup.objectStorage({ bucket: 'dumps', credentials: { secretName: 'account' } }),
  chaos: Chaos.mesh(),
  domain: { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
  loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public' }),
  loadTest: LoadTest.k6({ model: 'gpt-4o' }),
};
const CUSTOM_GROUPS = ['cert-manager.io', 'chaos-mesh.org', 'gateway.networking.k8s.io', 'keda.sh'];

describe('SingleRegionHA', () => {
  it('makes every part of the single-region picture', () => {
    const kinds = synthesizePattern().map((each) => `${each.kind} ${each.metadata.name}`);

    expect(kinds).toEqual(
      expect.arrayContaining([
        'Namespace litellm',
        'Ingress litellm',
        'Deployment litellm',
        'Service litellm',
        'HorizontalPodAutoscaler litellm',
        'PodDisruptionBudget litellm',
        'StatefulSet litellm-postgres',
        'Deployment litellm-pooler',
        'StatefulSet litellm-redis',
        'StatefulSet litellm-sentinel',
      ]),
    );
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it('passes the published schemas', () => {
    expect(schemaProblems([{ apiVersion: 'v1', kind: 'Service', metadata: { name: 1 } }])).toEqual([
      expect.stringContaining('must be string'),
    ]);
    expect(schemaProblems(synthesizePattern())).toEqual([]);
    expect(schemaProblems(synthesizePattern({ image: { reference: 'example.com/a:1' } }))).toEqual(
      [],
    );
  });

  it('passes the published schemas with every other choice', () => {
    const manifests = synthesizePattern(CHOICES);
    const group = ({ apiVersion }: Manifest): string => apiVersion.split('/')[0];
    const custom = manifests.filter((each) => CUSTOM_GROUPS.includes(group(each)));

    expect(new Set(custom.map(group))).toEqual(new Set(CUSTOM_GROUPS));
    const builtIn = manifests.filter((each) => !custom.includes(each));
    expect(schemaProblems(builtIn)).toEqual([]);
    expect(unknownFields(builtIn)).toEqual([]);
    expect(new Set(manifests.map((each) => `${each.kind} ${each.metadata.name}`)).size).toBe(
      manifests.length,
    );
  }, 60_000);

  it('has no field that the published schemas do not know', () => {
    const [namespace] = synthesizePattern();
    const wrong = { ...namespace, metadata: { ...namespace.metadata, nmae: 'litellm' } };

    expect(unknownFields([wrong])).toEqual([expect.stringContaining('"nmae"')]);
    expect(unknownFields(synthesizePattern())).toEqual([]);
  }, 60_000);

  it('puts all but the namespace itself into its namespace', () => {
    const chart = new Chart(new App(), 'mine', { namespace: 'elsewhere' });
    new SingleRegionHA(chart, 'gateway', someProps({ namespace: 'models' }));
    const outside = (chart.toJson() as Manifest[]).filter(
      (each) => each.metadata.namespace !== 'models',
    );

    expect(outside.map((each) => `${each.kind} ${each.metadata.name}`)).toEqual([
      'Namespace models',
    ]);
  });

  it('runs nothing that Pod Security restricted refuses', () => {
    for (const manifests of [synthesizePattern(), synthesizePattern(CHOICES)]) {
      const broken = podsOf(manifests).flatMap(([name, { spec }]) =>
        restrictedProblems(spec).map((problem) => `${name}: ${problem}`),
      );

      expect(broken).toEqual([]);
    }
  });

  it('gives every container a memory limit equal to its request, and a read-only root', () => {
    const pods = [...podsOf(synthesizePattern()), ...podsOf(synthesizePattern(CHOICES))];

    for (const [, { spec }] of pods) {
      for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
        expect(container.resources.limits.memory).toBe(container.resources.requests.memory);
        expect(container.resources.requests.cpu).toBeDefined();
        expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
      }
    }
  });

  it('holds no secret value, neither given nor generated', () => {
    const manifests = synthesizePattern();

    expect(manifests.filter((each) => each.kind === 'Secret')).toEqual([]);
    expect(JSON.stringify(manifests)).not.toMatch(/sk-[A-Za-z0-9]{8}|BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it('mounts and reads only secrets that are given or generated', () => {
    const names = new Set<string>();
    JSON.stringify(synthesizePattern(), (key, value) => {
      if (key === 'secretKeyRef') names.add(value.name);
      if (key === 'secretName') names.add(value);
      return value;
    });

    expect([...names].sort()).toEqual(['litellm-generated', 'litellm-tls', 'provider-keys']);
  });

  it('comes out the same twice', () => {
    expect(JSON.stringify(synthesizePattern())).toBe(JSON.stringify(synthesizePattern()));
  });

  it('stays what it was', () => {
    expect(synthesizePattern()).toMatchSnapshot();
  });

  it('builds in a chart that is given', () => {
    const chart = new Chart(new App(), 'mine');
    const gateway = new SingleRegionHA(chart, 'Gateway', someProps());

    expect(Chart.of(gateway)).toBe(chart);
    expect(findObject(chart.toJson(), 'Deployment', 'litellm')).toBeDefined();
  });

  it('offers the address and what it promises', () => {
    const gateway = new SingleRegionHA(new App(), 'gateway', someProps());

    expect(gateway.url).toBe('https://api.example.com');
    expect(gateway.recoveryObjectives.failures.map(({ failure }) => failure)).toContain('zone');
    expect(gateway.warnings.map(({ rule }) => rule)).toEqual(['k8s.ingress-nginx']);
  });

  it('takes sizes of the database and the cache from their kind', () => {
    const manifests = synthesizePattern({
      database: Database.patroni({ readReplicas: 4, storageGib: 50 }),
      cache: Cache.sentinel({ replicas: 3 }),
    });

    expect(findObject(manifests, 'StatefulSet', 'litellm-postgres').spec.replicas).toBe(5);
    expect(findObject(manifests, 'StatefulSet', 'litellm-redis').spec.replicas).toBe(4);
  });

  it('passes on what is noteworthy', () => {
    const gateway = new SingleRegionHA(
      new App(),
      'gateway',
      someProps({ image: { reference: 'example.com/gateway:1' } }),
    );

    expect(gateway.warnings.map(({ rule }) => rule)).toEqual(['image.digest', 'k8s.ingress-nginx']);
  });

  it('rejects a reference without a secret', () => {
    expect(
      () => new SingleRegionHA(new App(), 'gateway', someProps({ secrets: {}, config: aConfig() })),
    ).toThrow(
      'litellm on k8s: 1 problem\n' +
        '  - secrets.OPENAI_API_KEY must be given, because the configuration references ' +
        'os.environ/OPENAI_API_KEY, got nothing; add OPENAI_API_KEY to secrets, or remove the reference',
    );
  });

  it('rejects a tree of another framework', () => {
    class ForeignApp extends Construct {
      constructor() {
        super(undefined as unknown as Construct, '');
      }
    }

    expect(() => new SingleRegionHA(new ForeignApp(), 'gateway', someProps())).toThrow(
      '/gateway: 1 problem\n' +
        '  - scope must stand in a tree whose root is an App of cdk8s, got a tree whose root is a ' +
        "ForeignApp; pass `new App()` of 'cdk8s', or a Chart in it",
    );
  });
});

/**
 * What the admission of the level *restricted* would say.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function restrictedProblems(spec: Manifest): readonly string[] {
  const problems: string[] = [];
  const refuse = (wrong: boolean, what: string): void => {
    if (wrong) problems.push(what);
  };
  const volumeKinds = [
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ];
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) refuse(spec[key] === true, key);
  for (const volume of spec.volumes ?? []) {
    const [kind] = Object.keys(volume).filter((key) => key !== 'name');
    refuse(!volumeKinds.includes(kind ?? ''), `volume ${volume.name}`);
  }
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const own = container.securityContext ?? {};
    const pod = spec.securityContext ?? {};
    refuse(own.privileged === true, 'privileged');
    refuse(own.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation');
    refuse(own.capabilities?.drop?.includes('ALL') !== true, 'capabilities.drop');
    refuse(
      (own.capabilities?.add ?? []).some((each: string) => each !== 'NET_BIND_SERVICE'),
      'capabilities.add',
    );
    refuse((own.runAsNonRoot ?? pod.runAsNonRoot) !== true, 'runAsNonRoot');
    refuse((own.runAsUser ?? pod.runAsUser) === 0, 'runAsUser');
    refuse(
      !['RuntimeDefault', 'Localhost'].includes(
        own.seccompProfile?.type ?? pod.seccompProfile?.type,
      ),
      'seccompProfile',
    );
    refuse(
      (container.ports ?? []).some((port: Record<string, unknown>) => port.hostPort !== undefined),
      'hostPort',
    );
  }
  return problems;
}
