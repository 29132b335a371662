import type { AutoscalingProps, DomainProps, GatewayProps } from './props';

/**
 * Where the gateway's memory is kept when there is more than one region:
 *
 * - `shared-writer`: one PostgreSQL takes all writes, the other regions keep a replica of it;
 * - `global-database`: the same as one product of the cloud, which ships storage instead of statements;
 * - `regional-primaries`: each region writes its own PostgreSQL and exchanges changes with the others;
 * - `distributed-sql`: one database that acknowledges a write when it is in more than one region.
 */
export type DataMode =
  'shared-writer' | 'global-database' | 'regional-primaries' | 'distributed-sql';

/** The modes in which one region writes and the others follow. */
export type SingleWriterDataMode = Extract<DataMode, 'shared-writer' | 'global-database'>;

/** How a client is led to a region. `failover` has one answer at a time; the others spread clients. */
export type RoutingPolicy = 'failover' | 'latency' | 'geolocation' | 'anycast';

/** The ways that spread clients over regions which all serve. */
export type SpreadingPolicy = Exclude<RoutingPolicy, 'failover'>;

/** Africa, Antarctica, Asia, Europe, North America, Oceania, South America: the codes that DNS services use. */
export type Continent = 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';

/** One region of several. Each target adds its own handles, such as a stack or a network that is brought. */
export interface RegionProps {
  /**
   * The target's own name for the region, such as `us-east-1` or `europe-west1`.
   */
  readonly region: string;

  /**
   * Address range of the region's network. Ranges of regions must not overlap, or databases cannot reach each other.
   *
   * Unit: IPv4 CIDR, /16 to /20.
   *
   * @default - 10.40.0.0/16 for the first region, 10.41.0.0/16 for the second, and so on
   */
  readonly cidr?: string;

  /**
   * Zones of this region, where it has fewer or more than the others.
   *
   * Unit: zones, 2–6.
   *
   * @default - `zones` of the whole description
   */
  readonly zones?: number;
}

/** The region that takes over. */
export interface StandbyProps extends RegionProps {
  /**
   * Replicas that run while nothing is wrong. Two serve clients the moment traffic arrives, each in another zone.
   *
   * Unit: replicas, 2–1000; 0 and 1 only with `allowColdStandby`.
   *
   * @default 2
   */
  readonly minReplicas?: number;

  /**
   * Permits fewer than two replicas, and says why: clients then wait for replicas to start, and the cloud may have none
   * to give at the very moment when everybody moves.
   *
   * @default - the standby is warm
   * @see guide, "Multi-Region Active-Passive": 0–1 pods, started on failover
   */
  readonly allowColdStandby?: string;
}

/** One of the regions that all serve. */
export interface ActiveRegionProps extends RegionProps {
  /**
   * How many replicas run here, where the load of this region differs from that of the others.
   *
   * @default - `autoscaling` of the whole description
   */
  readonly autoscaling?: AutoscalingProps;

  /**
   * Whose clients are led here by `geolocation`. Clients from anywhere else are led to the first region.
   *
   * @default - nobody's; required with `steering.policy: 'geolocation'` where DNS tells clients by continent
   */
  readonly continents?: readonly Continent[];
}

/** How clients are led away from a region that fails. */
export interface SteeringProps {
  /**
   * Time between two probes of a region's `/health/region`. Lower it to notice a lost region sooner.
   *
   * Unit: seconds, of those that the target's health checks offer.
   *
   * @default - 10, or the next longer time the target offers; where only load balancers probe, `probe.intervalSeconds`
   */
  readonly intervalSeconds?: number;

  /**
   * Failed probes in a row that take a region out. Raise it to ride out short disturbances. Where only load balancers probe
   * it is left out, and follows `probe.unhealthyThreshold`.
   *
   * Unit: probes, 2–10.
   *
   * @default 3
   */
  readonly failureThreshold?: number;

  /**
   * How long clients may keep an answer of DNS. Many keep it longer.
   *
   * Unit: seconds, 5–300, where the target lets it be set.
   *
   * @default - 60, or what the target fixes
   * @see guide, "Failover to standby region": TTL 60
   */
  readonly ttlSeconds?: number;
}

/** What is said once for all regions. */
interface MultiRegionProps extends Omit<GatewayProps, 'cidr'> {
  /**
   * The public name of the gateway. Required: it is what leads clients to a region.
   */
  readonly domain: DomainProps;
}

/** A region that serves and a second one that waits. */
export interface ActivePassiveProps extends MultiRegionProps {
  /**
   * The region that serves.
   */
  readonly primary: RegionProps;

  /**
   * The region that takes over.
   */
  readonly standby: StandbyProps;

  /**
   * How the standby's database follows the primary's.
   *
   * @default 'shared-writer'
   */
  readonly dataMode?: SingleWriterDataMode;

  /**
   * How fast clients are led to the standby.
   *
   * @default - a probe every 10 s, three failures, 60 s in the memory of clients
   */
  readonly steering?: SteeringProps;
}

/** How clients are spread, and led away from a region that fails. */
export interface SpreadingProps extends SteeringProps {
  /**
   * What decides where a client is led: the shortest way, its place, or the network itself. On AWS `anycast` is an
   * accelerator of Global Accelerator: two addresses that never change, so that no memory of DNS keeps clients with a lost
   * region, for a fee an hour and gigabyte. It cuts connections that are silent for 340 s, and its control plane lives in
   * us-west-2, which therefore may not be where the writer is.
   *
   * @default - the first of `latency`, `anycast` and `geolocation` that the target offers
   */
  readonly policy?: SpreadingPolicy;
}

/** Regions that all serve. */
export interface ActiveActiveProps extends MultiRegionProps {
  /**
   * The regions, the most important first.
   *
   * Unit: 2–8 regions.
   */
  readonly regions: readonly ActiveRegionProps[];

  /**
   * Where keys, budgets and spend are kept. It decides how much a lost region may cost; there is no default because no
   * choice suits everybody.
   */
  readonly dataMode: DataMode;

  /**
   * The region whose database takes the writes, in the modes that have one writer.
   *
   * @default - the first region
   */
  readonly writerRegion?: string;

  /**
   * The third place that decides when two regions cannot see each other. It holds no replicas and no readable data.
   *
   * @default - none; required where a distributed database asks for it
   */
  readonly witnessRegion?: string;

  /**
   * Replicas that all clients together need at the busiest hour. Measure it; the regions that are left after the loss of
   * any one must be able to grow to it.
   *
   * Unit: replicas, 1–8000.
   *
   * @default - what all regions run at least, together
   */
  readonly peakReplicas?: number;

  /**
   * How clients are spread over the regions, and led away from one that fails.
   *
   * @default - the shortest way; a probe every 10 s, three failures
   */
  readonly steering?: SpreadingProps;
}
