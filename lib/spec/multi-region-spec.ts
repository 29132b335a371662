import type {
  Continent,
  DataMode,
  RoutingPolicy,
  SingleWriterDataMode,
} from './multi-region-props';
import type { GatewaySpec } from './spec';

/** What a region may say differently from the others. */
export type RegionPart = 'zones' | 'cidr' | 'autoscaling';

/** One region, complete. */
export interface RegionSpec {
  readonly region: string;
  /** Where the user wrote it: `primary`, `standby` or `regions[1]`. */
  readonly path: string;
  /** The parts that the region says for itself; everything else is said once for all. */
  readonly ownParts: readonly RegionPart[];
  /** The whole description as it holds in this region. */
  readonly spec: GatewaySpec;
}

/** The region that takes over, complete. */
export interface StandbySpec extends RegionSpec {
  readonly minReplicas: number;
  /** Null: a cold standby is not permitted. */
  readonly allowColdStandby: string | null;
}

/** One of the regions that all serve, complete. */
export interface ActiveRegionSpec extends RegionSpec {
  readonly continents: readonly Continent[];
}

/** How clients are led to a region and away from it, complete. */
export interface SteeringSpec {
  readonly policy: RoutingPolicy;
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
  readonly ttlSeconds: number;
}

/** What both patterns of several regions have. */
interface MultiRegionSpecBase {
  readonly name: string;
  readonly steering: SteeringSpec;
}

export interface ActivePassiveSpec extends MultiRegionSpecBase {
  readonly pattern: 'active-passive';
  readonly primary: RegionSpec;
  readonly standby: StandbySpec;
  readonly dataMode: SingleWriterDataMode;
}

export interface ActiveActiveSpec extends MultiRegionSpecBase {
  readonly pattern: 'active-active';
  readonly regions: readonly ActiveRegionSpec[];
  readonly dataMode: DataMode;
  /** Null: not said. */
  readonly writerRegion: string | null;
  /** Null: not said. */
  readonly witnessRegion: string | null;
  readonly peakReplicas: number;
}

export type MultiRegionSpec = ActivePassiveSpec | ActiveActiveSpec;

/** The regions of either pattern, in the order they were written. */
export function listRegionSpecs(spec: MultiRegionSpec): readonly RegionSpec[] {
  return spec.pattern === 'active-passive' ? [spec.primary, spec.standby] : spec.regions;
}
