import fc from 'fast-check';
import { Autoscaling, LoadBalancer, Monitoring, Secrets } from '../../../../constructs/k8s';
import {
  customResourceProblems,
  isCustomResource,
} from '../custom-resources/custom-resource-problems';
import { findObject, openingsOf, podsOf, type Manifest } from '../manifests';
import { anActiveActive, edgeManifests, manifestsOf, variablesOf } from '../multi-region';
import { schemaProblems, unknownFields } from '../schema-problems';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-1'];

describe('ActiveActive', () => {
  describe('with a primary in each region', () => {
    const gateway = anActiveActive({ monitoring: Monitoring.prometheusOperator() });
    const worlds = REGIONS.map((region) => manifestsOf(gateway, region));
    const [east = []] = worlds;

    it('makes only objects that clusters and their operators take', () => {
      for (const manifests of [...worlds, edgeManifests(gateway)]) {
        expect(schemaProblems(manifests.filter((each) => !isCustomResource(each)))).toEqual([]);
        expect(customResourceProblems(manifests)).toEqual([]);
      }
      expect(unknownFields(east.filter((each) => !isCustomResource(each)))).toEqual([]);
    }, 60_000);

    it('lets each database take writes, and its owner exchange rows', () => {
      for (const manifests of worlds) {
        const { spec } = findObject(manifests, 'Cluster', 'litellm-postgres');

        expect(spec.replica).toBeUndefined();
        expect(spec.bootstrap.initdb.postInitApplicationSQL).toEqual([
          'ALTER ROLE "litellm" REPLICATION',
          'GRANT pg_create_subscription TO "litellm"',
        ]);
        expect(spec.postgresql.parameters.max_slot_wal_keep_size).toBe('51200MB');
        expect(variablesOf(manifests).DATABASE_URL).toContain('@litellm-pooler.litellm.svc:');
        const jobs = manifests.filter(({ kind }) => kind === 'Job');
        expect(jobs.some(({ metadata }) => metadata.name.includes('migration'))).toBe(true);
      }
    });

    it('keeps rows coming from every other region, by a job that may reach the database', () => {
      const { data } = findObject(east, 'ConfigMap', 'litellm-replication');
      const pods = new Map(podsOf(east));

      expect(data['keep.sh']).toContain(
        'follow eu-west-1 postgres.eu-west-1.api.example.com 5432 gateway_from_eu_west_1 gateway_to_us_east_1\n' +
          'follow ap-southeast-1 postgres.ap-southeast-1.api.example.com 5432 gateway_from_ap_southeast_1 gateway_to_us_east_1\n',
      );
      expect(data['publications.sql']).toContain("WHERE (region = 'us-east-1')");
      expect(pods.get('CronJob/litellm-replication').spec.containers[0].command).toEqual([
        'sh',
        '/replication/keep.sh',
      ]);
      expect(openingsOf(east, 'litellm-allow-replication')).toEqual([
        { port: 5432, components: ['replication'] },
      ]);
    });

    it('watches the slots and whoever receives from here', () => {
      const rules = findObject(east, 'PrometheusRule', 'litellm')
        .spec.groups.flatMap((group: Manifest) => group.rules)
        .filter(({ alert }: Manifest) => alert.startsWith('RegionReplication'));

      expect(rules.map(({ expr }: Manifest) => expr)).toEqual([
        'max(cnpg_pg_stat_replication_replay_lag_seconds{job="litellm-postgres",namespace="litellm",application_name=~"gateway_from_.*"}) > 30',
        '(min(cnpg_pg_replication_slots_active{job="litellm-postgres",namespace="litellm",slot_name=~"gateway_to_.*"}) or vector(0)) == 0',
      ]);
    });

    it('opens the database to the networks of the other regions alone', () => {
      const { ingress } = findObject(east, 'NetworkPolicy', 'litellm-allow-postgres').spec;

      expect(
        ingress[0].from
          .map(({ ipBlock }: Manifest) => ipBlock?.cidr)
          .filter((cidr: string | undefined) => cidr !== undefined),
      ).toEqual(['10.41.0.0/16', '10.42.0.0/16']);
      expect(JSON.stringify(ingress[1])).not.toContain('ipBlock');
    });
  });

  describe('with one writer', () => {
    const gateway = anActiveActive({
      dataMode: 'shared-writer',
      writerRegion: 'eu-west-1',
      database: { kind: 'cloud-native-pg', maxConnections: 900 },
    });
    const aliasOf = (region: string): string =>
      findObject(manifestsOf(gateway, region), 'Service', 'litellm-postgres-writer').spec
        .externalName;

    it('sends the writes of every region to it, under a name that can be turned', () => {
      expect(REGIONS.map(aliasOf)).toEqual([
        'postgres.eu-west-1.api.example.com',
        'litellm-pooler.litellm.svc.cluster.local',
        'postgres.eu-west-1.api.example.com',
      ]);
      for (const region of REGIONS) {
        const variables = variablesOf(manifestsOf(gateway, region));
        expect(variables.DATABASE_URL).toContain(
          '@litellm-postgres-writer.litellm.svc:5432/litellm?sslmode=require',
        );
        expect(variables.DATABASE_URL_READ_REPLICA).toContain('@litellm-pooler-ro.litellm.svc:');
      }
    });

    it('lets the others follow the writer, and makes a certificate for each name', () => {
      const { spec } = findObject(
        manifestsOf(gateway, 'ap-southeast-1'),
        'Cluster',
        'litellm-postgres',
      );

      expect(spec.replica).toEqual({
        self: 'litellm-ap-southeast-1',
        primary: 'litellm-eu-west-1',
        source: 'litellm-eu-west-1',
      });
      expect(spec.certificates.serverAltDNSNames).toEqual([
        'postgres.ap-southeast-1.api.example.com',
        'litellm-postgres-writer.litellm.svc',
      ]);
      expect(customResourceProblems(manifestsOf(gateway, 'ap-southeast-1'))).toEqual([]);
    });
  });

  it('gives any choices of its regions to clusters as they take them', () => {
    const regions = fc.constantFrom(REGIONS.slice(0, 2), REGIONS, [...REGIONS, 'eu-central-1']);
    const choices = fc.record({
      regions: regions.map((names) =>
        names.map((region, index) => ({
          region,
          healthCheckId: `check-${index}`,
          continents: [(['NA', 'EU', 'AS', 'SA'] as const)[index] ?? ('OC' as const)],
        })),
      ),
      dataMode: fc.constantFrom('shared-writer' as const, 'regional-primaries' as const),
      steering: fc.record({
        policy: fc.constantFrom('latency' as const, 'geolocation' as const),
        ttlSeconds: fc.integer({ min: 5, max: 300 }),
      }),
      database: fc.constant({ kind: 'cloud-native-pg' as const, maxConnections: 900 }),
      secretSource: fc.constantFrom(
        Secrets.existing('given'),
        Secrets.external({ secretStore: { name: 'vault' }, remoteKey: 'litellm' }),
      ),
      loadBalancer: fc.constantFrom(
        LoadBalancer.ingress(),
        LoadBalancer.httpRoute({ gatewayName: 'public' }),
      ),
      autoscaling: fc.constantFrom(
        { minReplicas: 3 },
        Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090' }),
      ),
      monitoring: fc.constantFrom(undefined, Monitoring.prometheusOperator()),
    });

    for (const choice of fc.sample(choices, { seed: 20261123, numRuns: 8 })) {
      const gateway = anActiveActive(choice);
      const all = [
        ...gateway.regions.flatMap(({ name }) => manifestsOf(gateway, name)),
        ...edgeManifests(gateway),
      ];
      expect(customResourceProblems(all)).toEqual([]);
      expect(schemaProblems(all.filter((each) => !isCustomResource(each)))).toEqual([]);
    }
  }, 120_000);
});
