import type { Chart } from 'cdk8s';
import type {
  ActiveActiveProps as CommonActiveActiveProps,
  ActivePassiveProps as CommonActivePassiveProps,
  ActiveRegionProps,
  RegionProps,
  StandbyProps,
} from '../../lib';
import type { CloudNativePgChoice, ExistingDatabaseChoice } from './database/choice';
import type { K8sGatewayProps } from './props';
import type { SecretSource } from './secrets/source';

/** What the cluster of one region brings. The region's name is also that of the context by which runbooks reach it. */
export interface K8sRegionProps {
  /**
   * Chart to build the region in, such as one that holds other things of that cluster.
   *
   * @default - a chart of its own, named after the deployment and the region
   */
  readonly chart?: Chart;

  /**
   * Id of the health check of Route 53 that watches `/health/region` of this region. Its configuration stands in the
   * ConfigMap of the edge; make it before you apply the edge.
   */
  readonly healthCheckId: string;

  /**
   * Name that leads to this region alone. Health checks ask it, and the public name leads to it. The ExternalDNS of the
   * cluster keeps its record.
   *
   * @default - the region before the public name, such as `us-east-1.api.example.com`
   */
  readonly domainName?: string;

  /**
   * Name under which the other regions reach this region's PostgreSQL. The ExternalDNS of the cluster keeps its record.
   *
   * @default - `postgres` before the region's name, such as `postgres.us-east-1.api.example.com`
   */
  readonly databaseHost?: string;

  /**
   * PostgreSQL of this region, where it differs: with `Database.existing({ … })` each region has an address of its own.
   *
   * @default - `database` of the whole description
   */
  readonly database?: CloudNativePgChoice | ExistingDatabaseChoice;

  /**
   * Where this region's passwords and keys come from, where that differs. Keys must be the same in all regions, so only
   * the first region may make them up.
   *
   * @default - `secretSource` of the whole description
   */
  readonly secretSource?: SecretSource;
}

/** What is said once for all regions, with the kinds of handles of Kubernetes. */
interface K8sMultiRegionProps extends Omit<K8sGatewayProps, 'cidr' | 'database'> {
  /**
   * PostgreSQL of every region: `Database.cloudNativePg()`, or `Database.existing({ … })` of each region.
   *
   * @default - `Database.cloudNativePg()`
   */
  readonly database?: CloudNativePgChoice | ExistingDatabaseChoice;

  /**
   * Chart for what stands between the regions: the public name.
   *
   * @default - a chart of its own, named after the deployment with `-edge`
   */
  readonly edgeChart?: Chart;
}

/** A cluster that serves and a second one that waits. */
export interface ActivePassiveProps
  extends
    K8sMultiRegionProps,
    Omit<CommonActivePassiveProps, keyof K8sMultiRegionProps | 'primary' | 'standby'> {
  /**
   * The cluster that serves.
   */
  readonly primary: RegionProps & K8sRegionProps;

  /**
   * The cluster that takes over.
   */
  readonly standby: StandbyProps & K8sRegionProps;
}

/** Clusters that all serve. */
export interface ActiveActiveProps
  extends
    K8sMultiRegionProps,
    Omit<CommonActiveActiveProps, keyof K8sMultiRegionProps | 'regions'> {
  /**
   * The clusters, the most important first.
   *
   * Unit: 2–8 clusters.
   */
  readonly regions: readonly (ActiveRegionProps & K8sRegionProps)[];
}

/** What both patterns have in common. */
export type MultiRegionProps = ActivePassiveProps | ActiveActiveProps;
