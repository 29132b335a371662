import { App, Chart } from 'cdk8s';
import {
  ActivePassive,
  Autoscaling,
  Database,
  LoadBalancer,
  Monitoring,
  Secrets,
} from '../../../../constructs/k8s';
import {
  customResourceProblems,
  isCustomResource,
} from '../custom-resources/custom-resource-problems';
import { findObject, type Manifest } from '../manifests';
import {
  activePassiveProps,
  anActivePassive,
  edgeManifests,
  manifestsOf,
  refusalOf,
  variablesOf,
} from '../multi-region';
import { schemaProblems, unknownFields } from '../schema-problems';

const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const MONITORED = { monitoring: Monitoring.prometheusOperator() };

describe('ActivePassive', () => {
  const gateway = anActivePassive(MONITORED);
  const primary = manifestsOf(gateway, PRIMARY);
  const standby = manifestsOf(gateway, STANDBY);
  const edge = edgeManifests(gateway);

  it('makes a chart for each cluster and one for the edge', () => {
    const app = gateway.node.root as App;

    expect(app.charts.map(({ node }) => node.id).sort()).toEqual([
      'gateway-edge',
      'gateway-us-east-1',
      'gateway-us-west-2',
    ]);
    expect(edge.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'DNSEndpoint litellm',
      'ConfigMap litellm-health-checks',
    ]);
  });

  it('makes only objects that clusters and their operators take', () => {
    for (const manifests of [primary, standby, edge]) {
      const builtIn = manifests.filter((each) => !isCustomResource(each));
      expect(schemaProblems(builtIn)).toEqual([]);
      expect(customResourceProblems(manifests)).toEqual([]);
      expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
      const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(unknownFields(standby.filter((each) => !isCustomResource(each)))).toEqual([]);
  }, 60_000);

  it('lets the standby follow the primary, and the primary know whom it would follow', () => {
    const ofPrimary = findObject(primary, 'Cluster', 'litellm-postgres').spec;
    const ofStandby = findObject(standby, 'Cluster', 'litellm-postgres').spec;

    expect(ofPrimary.replica).toEqual({
      self: 'litellm-us-east-1',
      primary: 'litellm-us-east-1',
      source: 'litellm-us-west-2',
    });
    expect(ofStandby.replica).toEqual({
      self: 'litellm-us-west-2',
      primary: 'litellm-us-east-1',
      source: 'litellm-us-east-1',
    });
    expect(ofStandby.bootstrap).toEqual({
      pg_basebackup: {
        source: 'litellm-us-east-1',
        database: 'litellm',
        owner: 'litellm',
        secret: { name: 'litellm-postgres-app' },
      },
    });
    expect(ofPrimary.bootstrap.initdb.secret).toBeUndefined();
  });

  it('runs a warm floor in the standby, and writes to its own database only', () => {
    expect(findObject(primary, 'HorizontalPodAutoscaler', 'litellm').spec.minReplicas).toBe(3);
    expect(findObject(standby, 'HorizontalPodAutoscaler', 'litellm').spec.minReplicas).toBe(2);
    expect(variablesOf(standby)).toMatchObject({
      DATABASE_URL:
        'postgresql://litellm:$(DATABASE_PASSWORD)@litellm-pooler.litellm.svc:5432/litellm',
      LITELLM_HA_REGION: 'us-west-2',
      LITELLM_HA_REGIONS: 'us-east-1,us-west-2',
    });
  });

  it('brings the schema up to date where writes are taken, and nowhere else', () => {
    const migrations = (manifests: readonly Manifest[]) =>
      manifests.filter(
        ({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('litellm-migration'),
      );

    expect(migrations(primary)).toHaveLength(1);
    expect(migrations(standby)).toEqual([]);
  });

  it('takes the switch from a ConfigMap that no manifest makes', () => {
    for (const manifests of [primary, standby]) {
      const { spec } = findObject(manifests, 'Deployment', 'litellm').spec.template;

      expect(spec.volumes).toContainEqual({
        name: 'region-switch',
        configMap: { name: 'litellm-region-switch', optional: true },
      });
      expect(spec.containers[0].volumeMounts).toContainEqual({
        name: 'region-switch',
        mountPath: '/region-switch',
        readOnly: true,
      });
      expect(variablesOf(manifests).LITELLM_HA_REGION_SWITCH_FILE).toBe('/region-switch/state');
      expect(manifests.map(({ metadata }) => metadata.name)).not.toContain('litellm-region-switch');
    }
  });

  it('tells somebody in the standby when it lags by what may be lost', () => {
    const alertsOf = (manifests: readonly Manifest[]): readonly Manifest[] =>
      findObject(manifests, 'PrometheusRule', 'litellm')
        .spec.groups.flatMap(({ rules }: Manifest) => rules)
        .filter(({ alert }: Manifest) => alert.startsWith('RegionReplication'));

    expect(alertsOf(standby)[0].expr).toBe(
      'max(cnpg_pg_replication_lag{job="litellm-postgres",namespace="litellm"}) > 30',
    );
    expect(alertsOf(standby)).toHaveLength(2);
    expect(alertsOf(primary)).toEqual([]);
  });

  it('keeps in each region the pages for the loss of the other one', () => {
    const pages = findObject(standby, 'ConfigMap', 'litellm-failover').data;

    expect(Object.keys(pages).sort()).toEqual([
      'failback-to-us-east-1.md',
      'failover-from-us-east-1.md',
    ]);
    expect(pages['failover-from-us-east-1.md']).toContain(
      'kubectl --context us-west-2 -n litellm patch hpa litellm --patch \'{"spec":{"minReplicas":3}}\'',
    );
    expect(gateway.regions[1]?.runbooks).toEqual(pages);
  });

  it('offers the address, what it promises and what deserves a look', () => {
    const cold = anActivePassive({
      standby: {
        region: STANDBY,
        healthCheckId: 'check-2',
        minReplicas: 1,
        allowColdStandby: 'a test environment',
      },
    });

    expect(gateway.url).toBe('https://api.example.com');
    expect(gateway.recoveryObjectives.failures.at(-1)).toMatchObject({
      failure: 'region',
      dataPlaneRtoSeconds: 100,
    });
    expect(gateway.warnings.map(({ rule }) => rule)).toEqual(['k8s.ingress-nginx']);
    expect(cold.warnings.map(({ rule }) => rule)).toEqual(['standby.cold', 'k8s.ingress-nginx']);
  });

  it('takes charts that are there', () => {
    const app = new App();
    const [east, west, edgeChart] = ['east', 'west', 'dns'].map((id) => new Chart(app, id)) as [
      Chart,
      Chart,
      Chart,
    ];
    const { primary: first, standby: second } = activePassiveProps();
    const brought = new ActivePassive(
      east,
      'gateway',
      activePassiveProps({
        primary: { ...first, chart: east },
        standby: { ...second, chart: west },
        edgeChart,
      }),
    );

    expect(app.charts.map(({ node }) => node.id)).toEqual(['east', 'west', 'dns']);
    expect(brought.regions.map(({ chart }) => chart)).toEqual([east, west]);
    expect(findObject(west.toJson(), 'Deployment', 'litellm')).toBeDefined();
    expect(Chart.of(brought.dns)).toBe(edgeChart);
  });

  it('brings passwords from a secret manager, that of the database included', () => {
    const external = anActivePassive({
      secretSource: Secrets.external({ secretStore: { name: 'vault' }, remoteKey: 'litellm' }),
    });
    for (const region of [PRIMARY, STANDBY]) {
      const manifests = manifestsOf(external, region);

      expect(findObject(manifests, 'ExternalSecret', 'litellm-postgres-app').spec).toMatchObject({
        target: { template: { type: 'kubernetes.io/basic-auth', data: { username: 'litellm' } } },
        data: [
          {
            secretKey: 'password',
            remoteRef: { key: 'litellm', property: 'database-password' },
          },
        ],
      });
      expect(customResourceProblems(manifests)).toEqual([]);
      const { bootstrap } = findObject(manifests, 'Cluster', 'litellm-postgres').spec;
      expect((bootstrap.initdb ?? bootstrap.pg_basebackup).secret).toEqual({
        name: 'litellm-postgres-app',
      });
    }
  });

  it('leaves databases that are brought to whoever runs them', () => {
    const existing = (host: string) =>
      Database.existing({ host, password: { secretName: 'db', key: 'password' } });
    const { primary: first, standby: second } = activePassiveProps();
    const brought = anActivePassive({
      ...MONITORED,
      primary: { ...first, database: existing('east.example.com') },
      standby: { ...second, database: existing('west.example.com') },
    });
    const west = manifestsOf(brought, STANDBY);

    expect(west.filter(({ kind }) => kind === 'Cluster')).toEqual([]);
    expect(variablesOf(west).DATABASE_URL).toContain('@west.example.com:5432/');
    expect(JSON.stringify(findObject(west, 'PrometheusRule', 'litellm'))).not.toContain('cnpg_');
    expect(
      findObject(west, 'ConfigMap', 'litellm-failover').data['failover-from-us-east-1.md'],
    ).toContain('# The database is brought: use the tools of whoever runs it.');
  });

  it('keeps the log of each region apart in the archive', () => {
    const archived = anActivePassive({
      database: Database.cloudNativePg({
        archive: { bucket: 'wal', credentials: { secretName: 'account' } },
      }),
    });
    const pathOf = (region: string): string =>
      findObject(manifestsOf(archived, region), 'ObjectStore', 'litellm-postgres').spec
        .configuration.destinationPath;

    expect([PRIMARY, STANDBY].map(pathOf)).toEqual([
      's3://wal/litellm/us-east-1',
      's3://wal/litellm/us-west-2',
    ]);
  });

  it('leads to a region by its own name, through an Ingress and through routes', () => {
    const record = {
      'external-dns.alpha.kubernetes.io/hostname': 'us-west-2.api.example.com',
    };
    const routed = anActivePassive({
      loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public' }),
      domain: { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
    });
    const west = manifestsOf(routed, STANDBY);
    const hosts = ['api.example.com', 'us-west-2.api.example.com'];

    const ingress = findObject(standby, 'Ingress', 'litellm');
    expect(ingress.spec.rules.map(({ host }: Manifest) => host)).toEqual(hosts);
    expect(ingress.spec.tls[0].hosts).toEqual(hosts);
    expect(ingress.metadata.annotations).toMatchObject({
      ...record,
      'external-dns.alpha.kubernetes.io/ingress-hostname-source': 'annotation-only',
    });
    expect(findObject(west, 'HTTPRoute', 'litellm')).toMatchObject({
      metadata: { annotations: record },
      spec: { hostnames: hosts },
    });
    expect(findObject(west, 'Certificate', 'litellm-tls').spec.dnsNames).toEqual(hosts);
    expect(customResourceProblems(west)).toEqual([]);
  });

  it('rejects what one cluster may have and several may not', () => {
    const chart = new Chart(new App(), 'mine');
    const { primary: first, standby: second } = activePassiveProps();
    const wrong = activePassiveProps({
      secretSource: Secrets.generated(),
      primary: { ...first, chart },
      standby: {
        ...second,
        chart,
        domainName: 'West',
        healthCheckId: 'a b',
        minReplicas: 0,
        allowColdStandby: 'cheap',
      },
      // Plain JavaScript may pass it.
      database: { kind: 'patroni' } as never,
    });

    expect(refusalOf(() => new ActivePassive(new App(), 'gateway', wrong))).toEqual([
      'primary.database must be Database.cloudNativePg() or Database.existing(…), which work with several clusters, got "patroni"; choose one of those',
      'standby.database must be Database.cloudNativePg() or Database.existing(…), which work with several clusters, got "patroni"; choose one of those',
      "standby.secretSource must bring the keys of us-east-1, because all regions must know the same keys, got Secrets.generated(); use Secrets.external(…), or copy the Secret litellm-generated of us-east-1 and name it with Secrets.existing('litellm-generated')",
      'standby.domainName must be a fully qualified host name in lower case, got "West"; write it like us-east-1.api.example.com',
      'standby.databaseHost must be a fully qualified host name in lower case, got "postgres.West"; write it like us-east-1.api.example.com',
      'standby.healthCheckId must be the id of a health check of Route 53, got "a b"; make one with: aws route53 create-health-check',
      'standby.chart must differ from primary.chart, because each cluster is applied a chart of its own, got the same chart, mine; give each region a chart, or leave it out',
      'standby.minReplicas must be 1 or more with a HorizontalPodAutoscaler, got 0; raise it, or use Autoscaling.keda(…)',
    ]);
  });

  it('lets KEDA keep a standby without replicas, which was permitted', () => {
    const { standby: second } = activePassiveProps();
    const cold = anActivePassive({
      autoscaling: Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090' }),
      standby: { ...second, minReplicas: 0, allowColdStandby: 'a test environment' },
    });
    const west = manifestsOf(cold, STANDBY);

    expect(findObject(west, 'ScaledObject', 'litellm').spec.minReplicaCount).toBe(0);
    expect(
      findObject(west, 'ConfigMap', 'litellm-failover').data['failover-from-us-east-1.md'],
    ).toContain(`patch scaledobject litellm --type merge --patch '{"spec":{"minReplicaCount":3}}'`);
  });

  it('rejects a database that spans regions, which no product here does', () => {
    const wrong = activePassiveProps({ dataMode: 'distributed-sql' as never });

    expect(refusalOf(() => new ActivePassive(new App(), 'gateway', wrong))[0]).toBe(
      'dataMode must be offered by k8s: shared-writer, regional-primaries, got "distributed-sql"; choose one of those, or deploy to aws',
    );
  });
});
