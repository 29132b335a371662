import type { CacheProps, ComputeProps, DatabaseProps, DomainProps, GatewayProps } from '../../lib';

/** A gateway on Google Cloud: the words of every target, and Google's own for Google's things. */
export interface GoogleGatewayProps extends GatewayProps {
  /**
   * Id of the project that everything is created in.
   */
  readonly project: string;

  /**
   * Region that everything regional is created in, such as `us-central1`.
   */
  readonly region: string;

  /**
   * Zones to spread over, as many as `zones` says. The first holds the primaries. Give them where a region's zones are not
   * the usual ones, or to stay next to other systems.
   *
   * @default - the first zones that the region is known to have
   */
  readonly zoneNames?: readonly string[];

  /**
   * The public name of the gateway. Required here: Google's certificate is issued for a name.
   */
  readonly domain: GoogleDomainProps;

  /**
   * Where the value of each `os.environ/NAME` of the configuration comes from, by NAME. A name that the deployment sets
   * itself, such as `LITELLM_MASTER_KEY`, replaces the generated value.
   *
   * @default - none; refused when the configuration references any
   */
  readonly secrets?: Readonly<Record<string, SecretReference>>;

  /**
   * A network that exists already. It must have private services access and, for calls to providers, Cloud NAT.
   *
   * @default - a network of its own with one subnetwork, Cloud NAT and private services access
   */
  readonly network?: ExistingNetwork;

  /**
   * What the replicas run on.
   *
   * @default - `Compute.instanceGroup()`
   */
  readonly compute?: InstanceGroupChoice;

  /**
   * What keeps the gateway's data.
   *
   * @default - `Database.cloudSql()`
   */
  readonly database?: CloudSqlChoice;

  /**
   * What the replicas share.
   *
   * @default - `Cache.memorystore()`
   */
  readonly cache?: MemorystoreChoice;
}

/** The public name of the gateway and who answers for it. */
export interface GoogleDomainProps extends DomainProps {
  /**
   * Name of the Cloud DNS managed zone, in the same project, to create the record in.
   *
   * @default - no record is created; point one of type A at the load balancer's address yourself
   */
  readonly managedZone?: string;
}

/** A secret in Secret Manager. */
export interface SecretReference {
  /**
   * Its id in the same project, or `projects/PROJECT/secrets/ID`.
   */
  readonly secretId: string;

  /**
   * Number or alias of the version. Pin it to decide yourself when replicas see a new value.
   *
   * @default 'latest'
   */
  readonly version?: string;
}

/** A network that exists already. */
export interface ExistingNetwork {
  /**
   * `projects/PROJECT/global/networks/NAME`.
   */
  readonly networkId: string;

  /**
   * `projects/PROJECT/regions/REGION/subnetworks/NAME`, in the gateway's region.
   */
  readonly subnetworkId: string;
}

/** Replicas as machines of a regional managed instance group, one replica each. */
export interface InstanceGroupProps extends ComputeProps {
  /**
   * Machine of a replica. Larger ones than the replica needs are paid for and idle.
   *
   * @default - the smallest `e2-standard` machine with room for the replica and the system around it
   */
  readonly machineType?: string;

  /**
   * Text of the gateway as one JavaScript file. Give it to run a build of your own.
   *
   * @default - the gateway of this package
   */
  readonly gatewayScript?: string;
}

/** PostgreSQL as Cloud SQL: a regional primary and read replicas in other zones. */
export interface CloudSqlProps extends DatabaseProps {
  /**
   * Machine of the primary and its standby: `db-custom-CPUS-MIB`, or `db-perf-optimized-N-…` for the edition Enterprise
   * Plus.
   *
   * @default 'db-custom-4-16384'
   * @see guide, "GCP Cloud SQL"
   */
  readonly tier?: string;

  /**
   * Machine of each read replica, of the same edition as `tier`.
   *
   * @default 'db-custom-2-8192'
   * @see guide, "GCP Cloud SQL"
   */
  readonly replicaTier?: string;
}

/** Redis as Memorystore: a primary and replicas with automatic failover. */
export interface MemorystoreProps extends CacheProps {
  /**
   * Memory of each node. Raise it when the cache evicts entries that are still wanted.
   *
   * Unit: GiB, 5–300.
   *
   * @default 5
   */
  readonly memoryGib?: number;
}

export interface InstanceGroupChoice extends InstanceGroupProps {
  readonly kind: 'instance-group';
}

export interface CloudSqlChoice extends CloudSqlProps {
  readonly kind: 'cloud-sql';
}

export interface MemorystoreChoice extends MemorystoreProps {
  readonly kind: 'memorystore';
}
