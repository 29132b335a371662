import {
  type DatabaseRole,
  GATEWAY_ENVIRONMENT,
  type MultiRegionTopology,
  type PlacedRegionPlan,
  type ReplicationPlan,
  type SecretsOrigin,
} from '../../../lib';
import { namePhysically, type PhysicalNames } from './physical-names';

/** What a region is to the others of its gateway, in words that are known before any of them is built. */
export interface RegionPlace {
  /** Name of the gateway. */
  readonly name: string;
  readonly region: string;
  readonly pattern: MultiRegionTopology['pattern'];
  /** All regions of the gateway, this one included, in their order. */
  readonly regions: readonly string[];
  readonly databaseRole: DatabaseRole;
  readonly secretsOrigin: SecretsOrigin;
  readonly replication: ReplicationPlan;
  readonly names: PhysicalNames;
  /** The public name of the gateway. */
  readonly domainName: string;
  /** Address range of the network of each region. */
  readonly cidrs: Readonly<Record<string, string>>;
}

export function planRegionPlace(
  topology: MultiRegionTopology,
  { region, databaseRole, secretsOrigin }: PlacedRegionPlan,
): RegionPlace {
  return {
    name: topology.name,
    region,
    pattern: topology.pattern,
    regions: topology.regions.map((each) => each.region),
    databaseRole,
    secretsOrigin,
    replication: topology.replication,
    names: namePhysically(topology.name),
    domainName: topology.dns.domainName,
    cidrs: Object.fromEntries(
      topology.regions.map((each) => [each.region, each.network.cidr] as const),
    ),
  };
}

/** The other regions. */
export function listPeers({ region, regions }: RegionPlace): readonly string[] {
  return regions.filter((each) => each !== region);
}

/** Whether something in one region speaks to the database of another, so that their networks are connected. */
export function isReachedAcross({
  pattern,
  replication,
}: Pick<RegionPlace, 'pattern' | 'replication'>): boolean {
  const { dataMode } = replication;
  return (
    pattern === 'active-active' &&
    (dataMode === 'shared-writer' || dataMode === 'regional-primaries')
  );
}

/**
 * The name of a region's own database in every network. It is written by that region alone, and known before the database
 * is: no region has to be asked for it.
 */
export function databaseHost({ domainName }: RegionPlace, region: string): string {
  return `database-${region}.${domainName}`;
}

/** What replicas are told of the other regions. A database that follows another has its schema from there. */
export function renderPlaceEnvironment(
  place: RegionPlace | null,
): Readonly<Record<string, string>> {
  if (place === null) return {};
  return {
    [GATEWAY_ENVIRONMENT.regions]: place.regions.join(','),
    ...(ownsSchema(place) ? {} : { [GATEWAY_ENVIRONMENT.disableSchemaUpdate]: 'true' }),
  };
}

/**
 * Whether this region brings the schema of its database up to date. Of one that spans regions the first does: two at once
 * would each be told that the schema has changed meanwhile. While it is lost the others take no version that needs a new
 * step; they run on with the one they have.
 */
export function ownsSchema(place: RegionPlace | null): boolean {
  if (place === null) return true;
  const { databaseRole, regions, region } = place;
  return databaseRole.kind === 'member' ? region === regions[0] : databaseRole.kind !== 'replica';
}
