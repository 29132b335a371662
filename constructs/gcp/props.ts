import type { DomainProps, GatewayProps } from '../../lib';
import type { MemorystoreChoice } from './cache/choice';
import type { InstanceGroupChoice } from './compute/choice';
import type { CloudSqlChoice } from './database/choice';
import type { ExistingNetwork } from './network/existing-network';
import type { SecretReference } from './secrets/given-secret';

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
