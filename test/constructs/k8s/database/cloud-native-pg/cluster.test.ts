import { type CloudNativePgChoice, Database } from '../../../../../constructs/k8s';
import { customResourceProblems } from '../../custom-resources/custom-resource-problems';
import { findConfig, findObject, type Manifest } from '../../manifests';
import { synthesizePattern } from '../../synthesize';

const API = /^(postgresql|barmancloud)\.cnpg\.io\//;

function build(props: Omit<CloudNativePgChoice, 'kind'> = {}): readonly Manifest[] {
  return synthesizePattern({ database: Database.cloudNativePg(props) });
}

function namesOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests
    .filter(({ apiVersion }) => API.test(apiVersion))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

describe('CloudNativePgCluster', () => {
  const manifests = build();
  const { spec, metadata } = findObject(manifests, 'Cluster', 'litellm-postgres');

  it('makes a cluster with two poolers, in place of the StatefulSet', () => {
    expect(namesOf(manifests)).toEqual([
      'Cluster litellm-postgres',
      'Pooler litellm-pooler',
      'Pooler litellm-pooler-ro',
    ]);
    expect(manifests.filter(({ metadata: { name } }) => /patroni/.test(name))).toEqual([]);
    expect(customResourceProblems(manifests)).toEqual([]);
  });

  it('confirms each write on a standby and keeps instances on different nodes, strictly', () => {
    expect(spec.instances).toBe(3);
    expect(spec.postgresql.synchronous).toEqual({
      method: 'any',
      number: 1,
      dataDurability: 'preferred',
    });
    expect(spec.topologySpreadConstraints[1]).toMatchObject({
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { 'cnpg.io/cluster': 'litellm-postgres' } },
    });
    expect(spec.enablePDB).toBe(true);
    expect(spec.enableSuperuserAccess).toBe(false);
  });

  it('is not pruned by whoever follows the manifests', () => {
    expect(metadata.annotations).toMatchObject({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
  });

  it('pools transactions with the timers of PgBouncer under Patroni', () => {
    const parameters = (kind: 'rw' | 'ro', name: string): Manifest => {
      const pooler = findObject(manifests, 'Pooler', name).spec;
      expect([pooler.type, pooler.instances, pooler.pgbouncer.poolMode]).toEqual([
        kind,
        2,
        'transaction',
      ]);
      return pooler.pgbouncer.parameters;
    };
    const ini = findConfig(synthesizePattern(), 'litellm-pooler').data['pgbouncer.ini'];
    const set: Readonly<Record<string, string>> = parameters('rw', 'litellm-pooler');

    expect(parameters('ro', 'litellm-pooler-ro')).toEqual(set);
    expect(Object.keys(set)).toHaveLength(15);
    for (const [name, value] of Object.entries(set)) expect(ini).toContain(`${name} = ${value}\n`);
  });

  it('lets the operator, its members and the poolers in, and the gateway to the poolers', () => {
    const { podSelector, ingress } = findObject(
      manifests,
      'NetworkPolicy',
      'litellm-allow-postgres',
    ).spec;

    expect(podSelector.matchLabels).toMatchObject({ 'cnpg.io/cluster': 'litellm-postgres' });
    expect(ingress[1]).toEqual({
      from: [
        { podSelector: { matchLabels: { 'cnpg.io/cluster': 'litellm-postgres' } } },
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } },
          podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
        },
      ],
      ports: [{ port: 8000, protocol: 'TCP' }],
    });
    for (const name of ['pooler', 'pooler-ro']) {
      expect(
        findObject(manifests, 'NetworkPolicy', `litellm-allow-${name}`).spec.podSelector
          .matchLabels,
      ).toEqual({ 'cnpg.io/poolerName': `litellm-${name}` });
      expect(
        findObject(manifests, 'PodDisruptionBudget', `litellm-${name}`).spec.maxUnavailable,
      ).toBe(1);
    }
  });

  it('dumps from the primary and restores into it, with the password of the operator', () => {
    const { containers } = findObject(manifests, 'CronJob', 'litellm-restore').spec.jobTemplate.spec
      .template.spec;

    expect(containers[0].env).toEqual(
      expect.arrayContaining([
        { name: 'PGHOST', value: 'litellm-postgres-rw.litellm.svc' },
        {
          name: 'PGPASSWORD',
          valueFrom: { secretKeyRef: { name: 'litellm-postgres-app', key: 'password' } },
        },
      ]),
    );
  });

  it('archives the log and the files of each day where there is object storage', () => {
    const archived = build({
      archive: {
        bucket: 'postgres',
        endpoint: 'https://storage.example.com',
        region: 'eu-central-1',
        credentials: { secretName: 'account' },
      },
    });
    const store = findObject(archived, 'ObjectStore', 'litellm-postgres').spec;

    expect(findObject(archived, 'Cluster', 'litellm-postgres').spec.plugins).toEqual([
      {
        name: 'barman-cloud.cloudnative-pg.io',
        isWALArchiver: true,
        parameters: { barmanObjectName: 'litellm-postgres' },
      },
    ]);
    expect(store).toMatchObject({
      retentionPolicy: '30d',
      configuration: {
        destinationPath: 's3://postgres/litellm',
        endpointURL: 'https://storage.example.com',
        s3Credentials: { accessKeyId: { name: 'account', key: 'access-key-id' } },
      },
    });
    expect(findObject(archived, 'ScheduledBackup', 'litellm-postgres').spec).toMatchObject({
      schedule: '0 0 3 * * *',
      immediate: true,
      method: 'plugin',
    });
    expect(customResourceProblems(archived)).toEqual([]);
  });

  it('takes sizes, an image, a storage class and where the operator is', () => {
    const sized = build({
      readReplicas: 4,
      storageGib: 250,
      maxConnections: 900,
      image: 'example.com/postgresql@sha256:1',
      storageClassName: 'retained',
      operatorNamespace: 'operators',
    });

    expect(findObject(sized, 'Cluster', 'litellm-postgres').spec).toMatchObject({
      imageName: 'example.com/postgresql@sha256:1',
      instances: 5,
      storage: { size: '250Gi', storageClass: 'retained' },
      postgresql: { parameters: { max_connections: '900' } },
    });
    expect(JSON.stringify(findObject(sized, 'NetworkPolicy', 'litellm-allow-postgres'))).toContain(
      '"kubernetes.io/metadata.name":"operators"',
    );
  });
});
