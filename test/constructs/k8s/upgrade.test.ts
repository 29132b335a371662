import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as words from '../../../constructs/k8s';
import type { DatabaseChoice, SingleRegionHAProps } from '../../../constructs/k8s';
import { applyProblems } from './apply-problems';
import type { Manifest } from './manifests';

type Module = Readonly<Record<string, unknown>>;
type Build = (props: Partial<SingleRegionHAProps>) => readonly Manifest[];
type Words = typeof words;

/** A later version of this package: other digests of every image, and another line in every script and file. */
function loadNextVersion(): { readonly build: Build; readonly words: Words } {
  let loaded: { readonly build: Build; readonly words: Words } | null = null;
  jest.isolateModules(() => {
    jest.doMock('../../../lib/images', () => {
      const images: Module & { readonly renderImage: (image: unknown) => string } =
        jest.requireActual('../../../lib/images');
      const renderImage = (image: unknown): string => `${images.renderImage(image)}-next`;
      return { ...images, renderImage };
    });
    jest.doMock('../../../lib/render', () => nextOf(jest.requireActual('../../../lib/render')));
    const { synthesizePattern } = jest.requireActual<{ readonly synthesizePattern: Build }>(
      './synthesize',
    );
    loaded = { build: synthesizePattern, words: jest.requireActual('../../../constructs/k8s') };
  });
  jest.dontMock('../../../lib/images');
  jest.dontMock('../../../lib/render');
  if (loaded === null) throw new Error('the next version did not load');
  return loaded;
}

/** Whatever renders text renders another one. */
function nextOf(renderers: Module): Module {
  return Object.fromEntries(
    Object.entries(renderers).map(([name, value]) => [
      name,
      typeof value === 'function' && name.startsWith('render')
        ? (...input: readonly unknown[]): unknown => {
            const rendered: unknown = value(...input);
            return typeof rendered === 'string' ? `${rendered}\n# next version\n` : rendered;
          }
        : value,
    ]),
  );
}

function loadThisVersion(): { readonly build: Build; readonly words: Words } {
  const { synthesizePattern } = jest.requireActual<{ readonly synthesizePattern: Build }>(
    './synthesize',
  );
  return { build: synthesizePattern, words: jest.requireActual('../../../constructs/k8s') };
}

const OBJECT_STORAGE = { bucket: 'dumps', credentials: { secretName: 'account' } };

/** A first description of each kind of database, cache, backup and scaler. */
const DESCRIPTIONS: readonly ((words: Words) => Partial<SingleRegionHAProps>)[] = [
  ({ LoadTest }) => ({ loadTest: LoadTest.k6({ model: 'gpt-4o' }) }),
  ({ Backup, Cache }) => ({
    cache: Cache.cluster(),
    backup: Backup.objectStorage(OBJECT_STORAGE),
  }),
  ({ Autoscaling, Database, Monitoring }) => ({
    database: Database.cloudNativePg(),
    monitoring: Monitoring.prometheusOperator(),
    autoscaling: Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090' }),
  }),
  () => ({ image: { reference: 'example.com/gateway@sha256:1' }, size: 'small' }),
];

function enlarge(database: DatabaseChoice): DatabaseChoice {
  return database.kind === 'existing'
    ? database
    : { ...database, readReplicas: 4, maxConnections: 800 };
}

/** What an owner may change later, all of it at once, apart from the size of volumes. */
function change(
  props: Partial<SingleRegionHAProps>,
  { Backup, Database, Spread }: Words,
): Partial<SingleRegionHAProps> {
  const { database, cache, autoscaling, backup, image } = props;
  return {
    ...props,
    gatewayScript: '// another gateway',
    ...(image === undefined ? {} : { image: { reference: 'example.com/gateway@sha256:2' } }),
    compute: { cpuMillicores: 2000, memoryMib: 2048 },
    autoscaling: { ...autoscaling, minReplicas: 5, maxReplicas: 40 },
    database: enlarge(database ?? Database.patroni()),
    ...(cache === undefined ? { cache: { kind: 'sentinel', replicas: 4 } as const } : {}),
    backup: { ...(backup ?? Backup.volume()), window: '05:00-06:00', retentionDays: 14 },
    streaming: { maxStreamSeconds: 1200 },
    probe: { intervalSeconds: 9 },
    spread: Spread.zones(),
    zones: 3,
    pods: {
      all: { tolerations: [{ operator: 'Exists' }], labels: { team: 'models' } },
      jobs: { priorityClassName: 'low' },
    },
    service: { type: 'LoadBalancer', clientCidrs: ['10.0.0.0/8'] },
    ingressClassName: 'traefik',
    migrationRollout: 'argo-cd',
  };
}

describe('an upgrade of Kubernetes manifests', () => {
  const current = loadThisVersion();
  const next = loadNextVersion();
  const upgrades = DESCRIPTIONS.map((describe) => {
    const before = current.build(describe(current.words));
    const after = next.build(change(describe(next.words), next.words));
    return { before, after };
  });

  it('changes every image, script and pod, so that the comparison says something', () => {
    for (const { before, after } of upgrades) {
      const textOf = (manifests: readonly Manifest[]): string => JSON.stringify(manifests);
      const images = [...textOf(after).matchAll(/"image(?:Name)?":"([^"]+)"/g)].map(
        ([, name]) => name,
      );

      expect(images.length).toBeGreaterThan(5);
      expect(images.filter((name) => !/-next$|gateway@sha256:2$/.test(name ?? ''))).toEqual([]);
      expect(textOf(after)).toContain('# next version');
      const kept = before.filter((each) =>
        after.some((other) => JSON.stringify(other) === JSON.stringify(each)),
      );
      expect(
        kept.filter(({ kind }) => ['Deployment', 'StatefulSet', 'CronJob', 'Job'].includes(kind)),
      ).toEqual([]);
    }
  });

  it('is taken by the API server, object by object', () => {
    for (const { before, after } of upgrades) expect(applyProblems(before, after)).toEqual([]);
  });

  it('can be taken back', () => {
    for (const { before, after } of upgrades) expect(applyProblems(after, before)).toEqual([]);
  });

  it('leaves to the old pods every ConfigMap that they were made for', () => {
    for (const { before, after } of upgrades) {
      const contentOf = (manifests: readonly Manifest[]) =>
        new Map(
          manifests
            .filter(({ kind, immutable }) => kind === 'ConfigMap' && immutable === true)
            .map(({ metadata, data, binaryData }) => [
              metadata.name as string,
              JSON.stringify({ data, binaryData }),
            ]),
        );
      const old = contentOf(before);
      expect(old.size).toBeGreaterThan(0);
      for (const [name, content] of contentOf(after)) {
        expect(old.get(name) ?? content).toBe(content);
      }
    }
  });

  it('is refused for the size of volumes alone, in the sets that have some', () => {
    const { build, words } = current;
    const before = build({});
    const after = build({ database: words.Database.patroni({ storageGib: 200 }) });

    expect(applyProblems(before, after)).toEqual([
      'apps/v1 StatefulSet litellm/litellm-postgres: spec.volumeClaimTemplates',
    ]);
  });

  it('finds the claims that grow by the labels that docs/kubernetes.md selects them by', () => {
    const { build, words } = current;
    const page = readFileSync(join(__dirname, '../../../docs/kubernetes.md'), 'utf8');
    const sets = [build({}), build({ cache: words.Cache.cluster() })]
      .flat()
      .filter(({ spec }) => spec?.volumeClaimTemplates !== undefined);

    expect(sets.map(({ metadata }) => metadata.name)).toContain('litellm-redis-replica');
    for (const { metadata, spec } of sets) {
      const [{ metadata: claim }] = spec.volumeClaimTemplates;
      const component: string = claim.labels['app.kubernetes.io/component'];
      expect(page).toContain(`component=${component}`);
      expect(page).toContain(metadata.name);
    }
  });
});

describe('applyProblems', () => {
  const object = (kind: string, rest: object): Manifest => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'a', namespace: 'n' },
    ...rest,
  });

  const REFUSED = [
    ['Job', { spec: { template: 1 } }, { spec: { template: 2 } }, 'spec.template'],
    ['Deployment', { spec: { selector: 1 } }, { spec: { selector: 2 } }, 'spec.selector'],
    [
      'StatefulSet',
      { spec: { serviceName: 'a' } },
      { spec: { serviceName: 'b' } },
      'spec.serviceName',
    ],
    [
      'StatefulSet',
      { spec: {} },
      { spec: { podManagementPolicy: 'Parallel' } },
      'spec.podManagementPolicy',
    ],
    ['Service', { spec: { clusterIP: 'None' } }, { spec: {} }, 'spec.clusterIP'],
    ['RoleBinding', { roleRef: { name: 'a' } }, { roleRef: { name: 'b' } }, 'roleRef'],
    [
      'ConfigMap',
      { immutable: true, data: { a: '1' } },
      { immutable: true, data: { a: '2' } },
      'data',
    ],
    [
      'PersistentVolumeClaim',
      { spec: { resources: { requests: { storage: '9Gi' } } } },
      { spec: { resources: { requests: { storage: '8Gi' } } } },
      'spec.resources.requests.storage',
    ],
  ] as const;

  it('finds what is refused of each kind, and of nothing that is new or stays', () => {
    for (const [kind, before, after, field] of REFUSED) {
      expect(applyProblems([object(kind, before)], [object(kind, after)])).toEqual([
        `v1 ${kind} n/a: ${field}`,
      ]);
      expect(applyProblems([object(kind, before)], [object(kind, before)])).toEqual([]);
      expect(applyProblems([], [object(kind, after)])).toEqual([]);
    }
  });

  it('lets a claim grow, a set get more replicas, and a ConfigMap that is not immutable change', () => {
    const pairs: readonly (readonly [string, object, object])[] = [
      [
        'PersistentVolumeClaim',
        { spec: { resources: { requests: { storage: '8Gi' } } } },
        { spec: { resources: { requests: { storage: '9Gi' } } } },
      ],
      [
        'StatefulSet',
        { spec: { replicas: 1, template: 1 } },
        { spec: { replicas: 2, template: 2 } },
      ],
      ['ConfigMap', { data: { a: '1' } }, { data: { a: '2' } }],
    ];
    for (const [kind, before, after] of pairs) {
      expect(applyProblems([object(kind, before)], [object(kind, after)])).toEqual([]);
    }
  });
});
