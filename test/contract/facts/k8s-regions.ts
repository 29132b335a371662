import type { MultiRegionDeployment } from '../../../constructs/k8s';
import type { MultiRegionTopology } from '../../../lib';
import { findObject, type Manifest } from '../../constructs/k8s/manifests';
import { edgeManifests, manifestsOf, variablesOf } from '../../constructs/k8s/multi-region';

/** What one region guarantees among others, read back from its output. */
export interface RegionFacts {
  readonly region: string;
  /** Told to the gateway: who shares a budget. */
  readonly regions: readonly string[];
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly databaseRole: 'writer' | 'replica' | 'peer';
  /** Whose writes come to the database of this region. */
  readonly receivesFrom: readonly string[];
  readonly lagAlarmSeconds: number | null;
  readonly databaseMembers: number;
}

/** What stands between regions. */
export interface EdgeFacts {
  readonly publicName: string;
  readonly ttlSeconds: number;
  readonly probePath: string;
  readonly probeIntervalSeconds: number;
  readonly failureThreshold: number;
  readonly targets: readonly { readonly region: string; readonly way: string }[];
}

export interface MultiRegionFacts {
  readonly regions: readonly RegionFacts[];
  readonly edge: EdgeFacts;
}

/** What the plan says those facts must be. */
export function planMultiRegionFacts(topology: MultiRegionTopology): MultiRegionFacts {
  const { replication, routing, regions, dns } = topology;
  return {
    regions: regions.map(({ region, autoscaling, databaseRole, database }) => {
      const receivesFrom = replication.links
        .filter(({ to }) => to === region)
        .map(({ from }) => from);
      return {
        region,
        regions: regions.map((each) => each.region),
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        databaseRole: databaseRole.kind as RegionFacts['databaseRole'],
        receivesFrom,
        lagAlarmSeconds: receivesFrom.length === 0 ? null : replication.lagAlarmSeconds,
        databaseMembers: database.readReplicas + 1,
      };
    }),
    edge: {
      publicName: dns.domainName,
      ttlSeconds: routing.ttlSeconds,
      probePath: routing.healthPath,
      probeIntervalSeconds: routing.probeIntervalSeconds,
      failureThreshold: routing.failureThreshold,
      targets: routing.targets.flatMap(({ region, rank, continents }, index) => {
        if (routing.policy === 'failover') return [{ region, way: rank.toUpperCase() }];
        if (routing.policy === 'latency') return [{ region, way: region }];
        return [...continents, ...(index === 0 ? ['*'] : [])].map((way) => ({ region, way }));
      }),
    },
  };
}

/** Reads the facts from manifests alone. */
export function readMultiRegionFacts(gateway: MultiRegionDeployment): MultiRegionFacts {
  const edge = edgeManifests(gateway);
  const { endpoints } = findObject(edge, 'DNSEndpoint', 'litellm').spec;
  const checks = Object.values<string>(
    findObject(edge, 'ConfigMap', 'litellm-health-checks').data,
  ).map((text) => JSON.parse(text) as Manifest);
  return {
    regions: gateway.regions.map(({ name }) => readRegionFacts(manifestsOf(gateway, name))),
    edge: {
      publicName: same(endpoints.map(({ dnsName }: Manifest) => dnsName)),
      ttlSeconds: same(endpoints.map(({ recordTTL }: Manifest) => recordTTL)),
      probePath: same(checks.map(({ ResourcePath }) => ResourcePath)),
      probeIntervalSeconds: same(checks.map(({ RequestInterval }) => RequestInterval)),
      failureThreshold: same(checks.map(({ FailureThreshold }) => FailureThreshold)),
      targets: endpoints.map(({ targets, providerSpecific }: Manifest) => ({
        region: targets[0].split('.')[0],
        way: providerSpecific[0].value,
      })),
    },
  };
}

function readRegionFacts(manifests: readonly Manifest[]): RegionFacts {
  const variables = variablesOf(manifests);
  const scaler = findObject(manifests, 'HorizontalPodAutoscaler', 'litellm').spec;
  const { spec } = findObject(manifests, 'Cluster', 'litellm-postgres');
  const { databaseRole, receivesFrom } = readDatabase(manifests, spec);
  return {
    region: variables.LITELLM_HA_REGION ?? '',
    regions: (variables.LITELLM_HA_REGIONS ?? '').split(','),
    minReplicas: scaler.minReplicas,
    maxReplicas: scaler.maxReplicas,
    databaseRole,
    receivesFrom,
    lagAlarmSeconds: readLagAlarm(manifests),
    databaseMembers: spec.instances,
  };
}

function readDatabase(
  manifests: readonly Manifest[],
  { replica, bootstrap }: Manifest,
): Pick<RegionFacts, 'databaseRole' | 'receivesFrom'> {
  if (replica === undefined) {
    const script = findObject(manifests, 'ConfigMap', 'litellm-replication').data['keep.sh'];
    const followed = [...script.matchAll(/^follow (\S+) \S+ \d+ /gm)].map(([, region]) => region);
    return { databaseRole: 'peer', receivesFrom: followed };
  }
  if (replica.self === replica.primary) return { databaseRole: 'writer', receivesFrom: [] };
  expect(bootstrap.pg_basebackup.source).toBe(replica.source);
  return { databaseRole: 'replica', receivesFrom: [replica.source.replace('litellm-', '')] };
}

function readLagAlarm(manifests: readonly Manifest[]): number | null {
  const alert = findObject(manifests, 'PrometheusRule', 'litellm')
    .spec.groups.flatMap(({ rules }: Manifest) => rules)
    .find((rule: Manifest) => rule.alert === 'RegionReplicationLag');
  return alert === undefined ? null : Number(alert.expr.split('> ').at(-1));
}

function same<T>(values: readonly T[]): T {
  const [first] = values;
  if (first === undefined || new Set(values).size > 1) {
    throw new Error(`regions differ: ${values.join(', ')}`);
  }
  return first;
}
