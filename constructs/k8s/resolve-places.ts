import type { Chart } from 'cdk8s';
import {
  type GatewaySpec,
  type MultiRegionTopology,
  type PlacedRegionPlan,
  planFailback,
  planFailover,
  type Procedure,
  renderRunbook,
  SpecError,
} from '../../lib';
import { checkPlaces } from './check-places';
import { Database } from './database/database';
import type { DatabaseAddress, DatabasePlace } from './database/place';
import type { DescribedRegion } from './described-region';
import { renderFailoverCommands, selectTransport } from './failover/commands';
import type { K8sRegionProps, MultiRegionProps } from './multi-region-props';
import type { RegionHandles } from './region';
import { resolveHandles } from './resolve-handles';
import { Secrets } from './secrets/secrets';

/** One region with all it is built with. */
export interface PlacedRegion {
  readonly plan: PlacedRegionPlan;
  readonly handles: RegionHandles;
  readonly healthCheckId: string;
  readonly domainName: string;
  /** Null: one is made. */
  readonly chart: Chart | null;
}

/**
 * What each region is built with, and what it is to the others.
 *
 * @throws {SpecError} naming everything that cannot work with more than one cluster.
 */
export function resolvePlaces(
  props: MultiRegionProps,
  topology: MultiRegionTopology,
  written: readonly {
    readonly path: string;
    readonly props: K8sRegionProps;
    readonly spec: GatewaySpec;
  }[],
): readonly PlacedRegion[] {
  const regions = written.map((region, index) =>
    describeRegion(props, topology, { region, index }),
  );
  const problems = checkPlaces(regions, props);
  if (problems.length > 0) throw new SpecError(`${topology.name} on k8s`, problems);
  const addresses = regions.map(({ plan, databaseHost }): DatabaseAddress => ({
    region: plan.region,
    host: databaseHost,
    port: plan.database.port,
    clientCidr: plan.network.cidr,
  }));
  return regions.map((region) => {
    const { plan, domainName } = region;
    const own = resolveHandles(
      { ...props, database: region.database, secretSource: region.secretSource },
      region.spec,
    );
    return {
      plan,
      domainName,
      healthCheckId: region.props.healthCheckId,
      chart: region.props.chart ?? null,
      handles: {
        ...own,
        place: {
          plan,
          regions: topology.regions.map((each) => each.region),
          regionDomainName: domainName,
          database:
            region.database.kind === 'existing' ? null : placeDatabase(topology, region, addresses),
          replication: topology.replication,
          runbooks: renderRunbooks(topology, { regions, region: plan.region, handles: own }),
        },
      },
    };
  });
}

function describeRegion(
  props: MultiRegionProps,
  topology: MultiRegionTopology,
  place: {
    readonly region: {
      readonly path: string;
      readonly props: K8sRegionProps;
      readonly spec: GatewaySpec;
    };
    readonly index: number;
  },
): DescribedRegion {
  const { region, index } = place;
  const plan = topology.regions[index];
  if (plan === undefined) throw new Error(`${region.path} was not planned`);
  const domainName = region.props.domainName ?? `${plan.region}.${topology.dns.domainName}`;
  return {
    ...region,
    plan,
    domainName,
    databaseHost: region.props.databaseHost ?? `postgres.${domainName}`,
    database: region.props.database ?? props.database ?? Database.cloudNativePg(),
    secretSource: region.props.secretSource ?? props.secretSource ?? Secrets.generated(),
  };
}

function placeDatabase(
  topology: MultiRegionTopology,
  { plan, secretSource }: DescribedRegion,
  regions: readonly DatabaseAddress[],
): DatabasePlace {
  return {
    region: plan.region,
    role: plan.databaseRole,
    regions,
    // A standby keeps to its own database, which takes writes once it is promoted.
    writesGoTo:
      topology.pattern === 'active-active' && topology.replication.writerRegion !== null
        ? 'writer'
        : 'own',
    passwordOrigin:
      secretSource.kind === 'external' || plan.secretsOrigin.kind === 'copied'
        ? 'there-already'
        : 'made-here',
  };
}

/** What a region that is left needs to know: how each other one is given up, and how it comes back. */
function renderRunbooks(
  topology: MultiRegionTopology,
  input: {
    readonly regions: readonly DescribedRegion[];
    readonly region: string;
    readonly handles: RegionHandles;
  },
): Readonly<Record<string, string>> {
  const others = topology.regions.filter(({ region }) => region !== input.region);
  return Object.fromEntries(
    others.flatMap(({ region }) => {
      const render = (procedure: Procedure): string =>
        renderRunbook(procedure, ({ action }) =>
          renderFailoverCommands(action, {
            name: topology.name,
            namespace: input.handles.namespace,
            domainName: topology.dns.domainName,
            scaler: input.handles.keda === null ? 'horizontal' : 'keda',
            database: input.handles.database.kind === 'existing' ? 'existing' : 'cloud-native-pg',
            transport: selectTransport(topology),
            kind: procedure.kind,
            regionDomainNames: byRegion(input.regions, ({ domainName }) => domainName),
            databaseHosts: byRegion(input.regions, ({ databaseHost }) => databaseHost),
          }),
        );
      return [
        [`failover-from-${region}.md`, render(planFailover(topology, region))],
        [`failback-to-${region}.md`, render(planFailback(topology, region))],
      ];
    }),
  );
}

function byRegion(
  regions: readonly DescribedRegion[],
  select: (region: DescribedRegion) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(regions.map((region) => [region.plan.region, select(region)]));
}
