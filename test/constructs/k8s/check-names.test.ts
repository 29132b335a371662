import {
  Backup,
  Cache,
  Database,
  LoadBalancer,
  Monitoring,
  Network,
  Secrets,
  type SingleRegionHAProps,
} from '../../../constructs/k8s';
import { checkNames } from '../../../constructs/k8s/check-names';
import { SpecError } from '../../../lib';
import { activePassiveProps, anActivePassive } from './multi-region';
import { someProps, synthesizePattern } from './synthesize';

const BAD = { secretName: 'Bad_Name', key: 'my key' };
const STORE = {
  bucket: 'Bad Bucket',
  credentials: { secretName: 'Bad_Name', accessKeyIdKey: 'a b', secretAccessKeyKey: 'c d' },
};

/** Every prop that carries a name, with one that somebody else refuses. */
const REFUSED: readonly (readonly [Partial<SingleRegionHAProps>, readonly string[]])[] = [
  [{ namespace: 'My_NS' }, ['namespace']],
  [{ namespace: Network.existingNamespace('a.b') }, ['namespace.name']],
  [
    { domain: { name: 'API_1', tlsSecretName: 'TLS', issuer: { name: 'Let us' } } },
    ['domain.name', 'domain.tlsSecretName', 'domain.issuer.name'],
  ],
  [
    { ingressClassName: 'My Class', ingressNamespace: 'My_NS', priorityClassName: 'High!' },
    ['ingressClassName', 'ingressNamespace', 'priorityClassName'],
  ],
  [
    { loadBalancer: LoadBalancer.ingress({ className: 'My Class', proxyCidrs: ['office'] }) },
    ['loadBalancer.className', 'loadBalancer.proxyCidrs[0]'],
  ],
  [
    {
      loadBalancer: LoadBalancer.httpRoute({
        gatewayName: 'A',
        gatewayNamespace: 'B',
        proxyNamespace: 'C',
        sectionName: 'D',
        httpSectionName: 'E',
        proxyCidrs: ['F'],
      }),
    },
    [
      'proxyCidrs[0]',
      'gatewayName',
      'gatewayNamespace',
      'proxyNamespace',
      'sectionName',
      'httpSectionName',
    ].map((field) => `loadBalancer.${field}`),
  ],
  [
    { monitoring: Monitoring.prometheusOperator({ prometheusNamespace: 'My_NS' }) },
    ['monitoring.prometheusNamespace'],
  ],
  [
    { dataVolume: { kind: 'claim', storageGib: 1, storageClassName: 'Fast Disk' } },
    ['dataVolume.storageClassName'],
  ],
  [
    { service: { type: 'LoadBalancer', clientCidrs: ['10.0.0.0/8', 'office'] } },
    ['service.clientCidrs[1]'],
  ],
  [
    { secrets: { OPENAI_API_KEY: BAD } },
    ['secrets.OPENAI_API_KEY.secretName', 'secrets.OPENAI_API_KEY.key'],
  ],
  [
    {
      secrets: { 'MY KEY': Secrets.remote('providers') },
      secretSource: Secrets.external({
        secretStore: { name: 'The Vault' },
        remoteKey: 'litellm',
        refreshInterval: 'hourly',
      }),
    },
    ['secrets.MY KEY', 'secretSource.secretStore.name', 'secretSource.refreshInterval'],
  ],
  [{ secretSource: Secrets.existing('Bad_Name') }, ['secretSource.secretName']],
  [
    { database: Database.existing({ host: 'db.example.com', password: BAD }) },
    ['database.password.secretName', 'database.password.key'],
  ],
  [
    {
      database: Database.cloudNativePg({
        storageClassName: 'Fast Disk',
        operatorNamespace: 'My_NS',
        archive: { ...STORE, endpoint: 'storage' },
      }),
    },
    [
      'database.storageClassName',
      'database.operatorNamespace',
      'database.archive.bucket',
      'database.archive.endpoint',
      'database.archive.credentials.secretName',
      'database.archive.credentials.accessKeyIdKey',
      'database.archive.credentials.secretAccessKeyKey',
    ],
  ],
  [
    {
      cache: Cache.existing({
        reachedBy: { kind: 'sentinels', nodes: [], serviceName: 'mymaster', sentinelPassword: BAD },
        password: BAD,
      }),
    },
    ['cache.password', 'cache.reachedBy.sentinelPassword'].flatMap((path) => [
      `${path}.secretName`,
      `${path}.key`,
    ]),
  ],
  [
    {
      backup: Backup.volume({
        storageClassName: 'Fast Disk',
        configuration: { passphrase: BAD },
      }),
    },
    [
      'backup.configuration.passphrase.secretName',
      'backup.configuration.passphrase.key',
      'backup.storageClassName',
    ],
  ],
  [
    { backup: Backup.objectStorage(STORE) },
    [
      'bucket',
      'credentials.secretName',
      'credentials.accessKeyIdKey',
      'credentials.secretAccessKeyKey',
    ].map((field) => `backup.${field}`),
  ],
  [
    {
      pods: {
        all: { priorityClassName: 'High!', imagePullSecrets: ['good', 'Bad_Name'] },
        jobs: {
          runtimeClassName: 'G Visor',
          labels: { 'two words': 'fine', fine: 'two words' },
          nodeSelector: { '-x': 'fine' },
          annotations: { 'a/b/c': 'anything at all' },
        },
      },
    },
    [
      'pods.all.priorityClassName',
      'pods.all.imagePullSecrets[1]',
      'pods.jobs.runtimeClassName',
      'pods.jobs.labels',
      'pods.jobs.labels["fine"]',
      'pods.jobs.nodeSelector',
      'pods.jobs.annotations',
    ],
  ],
];

describe('checkNames', () => {
  it('takes the names of the smallest description', () => {
    expect(checkNames(someProps())).toEqual([]);
  });

  it.each(REFUSED)('rejects what is refused later: %j', (props, paths) => {
    expect(checkNames(someProps(props)).map(({ path }) => path)).toEqual(paths);
    expect(() => synthesizePattern(props)).toThrow(SpecError);
  });

  it('takes an underscore in a bucket that is not of S3', () => {
    const backup = Backup.objectStorage({
      bucket: 'my_dumps',
      endpoint: 'https://storage.googleapis.com',
      credentials: { secretName: 'account' },
    });

    expect(checkNames(someProps({ backup }))).toEqual([]);
  });

  it('says what is allowed, and shows it', () => {
    expect(() =>
      synthesizePattern({
        namespace: 'My_NS',
        domain: { name: 'api.example.com', tlsSecretName: 'Bad_Name' },
        secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'my key' } },
        backup: Backup.objectStorage({
          bucket: 'Bad Bucket',
          credentials: { secretName: 'account' },
        }),
      }),
    ).toThrow(
      'litellm on k8s: 4 problems\n' +
        '  - namespace must be a DNS label of at most 63 characters (a–z, 0–9 and dashes inside), got "My_NS"; write it like models\n' +
        '  - domain.tlsSecretName must be a name of Kubernetes: at most 253 characters (a–z, 0–9, dashes and dots inside), got "Bad_Name"; write it like provider-keys\n' +
        '  - secrets.OPENAI_API_KEY.key must be a key of a Secret: letters, digits, dashes, underscores and dots, got "my key"; write it like openai-key\n' +
        '  - backup.bucket must be a name that S3 takes for a bucket: 3–63 characters (a–z, 0–9, dashes and dots inside), no address and no name that S3 keeps for itself, got "Bad Bucket"; write it like litellm-dumps',
    );
  });

  it('holds for each of several clusters', () => {
    expect(() => anActivePassive(activePassiveProps({ namespace: 'My_NS' }))).toThrow(
      'litellm on k8s: 1 problem\n' +
        '  - namespace must be a DNS label of at most 63 characters (a–z, 0–9 and dashes inside), got "My_NS"; write it like models',
    );
  });
});
