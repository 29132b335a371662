import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { BackupProps, DomainProps, GatewayProps } from '../../lib';
import type { VaultChoice } from './backup/backup';
import type { CacheChoice } from './cache/choice';
import type { FaultInjectionChoice } from './chaos/chaos';
import type { ComputeChoice } from './compute/choice';
import type { DatabaseChoice, DistributedChoice } from './database/choice';
import type { FirewallChoice } from './load-balancer/web-firewall';
import type { AutoshiftChoice } from './load-balancer/zonal-autoshift';
import type { CloudWatchChoice } from './monitoring/monitoring';
import type { VpcEndpoints } from './network/interface-endpoints';

/** The description of a gateway, with AWS's own kinds of handles. */
export interface AwsGatewayProps extends GatewayProps {
  /**
   * The public name of the gateway. Required here: a load balancer's own name can carry no certificate.
   */
  readonly domain: AwsDomainProps;

  /**
   * The secret that holds the value of each `os.environ/NAME` of the configuration, by NAME. Its whole text is the value.
   *
   * @default - none; refused when the configuration references any
   */
  readonly secrets?: Readonly<Record<string, ISecret>>;

  /**
   * A network to stand in: public and private subnets in as many zones as `zones` says; isolated ones, where it has
   * them, take database and cache.
   *
   * @default - a network is created
   */
  readonly vpc?: IVpc;

  /**
   * How replicas reach the services of AWS that they need to start and to log: by addresses of the network, so that
   * neither their secrets nor their start depends on a NAT gateway, or through the NAT gateways. Choose `gateway` to save
   * what the addresses cost, some 7 USD a month for each of six services and each zone. S3 is reached from within in
   * both. A network that is brought has endpoints of its own, and takes no wish.
   *
   * @default 'interface'
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
   */
  readonly vpcEndpoints?: VpcEndpoints;

  /**
   * Whether AWS may lead clients away from a zone that it sees fail, before probes or anybody here does. It rehearses that
   * once a week for half an hour, so it is asked for and not given.
   *
   * @default - AWS shifts nothing by itself; an operator may at any time
   * @see https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.html
   */
  readonly zonalAutoshift?: AutoshiftChoice;

  /**
   * Where the replicas run.
   *
   * @default Compute.eks()
   */
  readonly compute?: ComputeChoice;

  /**
   * The PostgreSQL database.
   *
   * @default Database.rds()
   */
  readonly database?: Exclude<DatabaseChoice, DistributedChoice>;

  /**
   * The Redis cache.
   *
   * @default Cache.replicationGroup()
   */
  readonly cache?: CacheChoice;

  /**
   * What stands before the load balancer.
   *
   * @default WebFirewall.managed()
   */
  readonly firewall?: FirewallChoice;

  /**
   * When backups are taken, how long they are kept, and whether they are also kept in a vault, copied to another region
   * and restored every week.
   *
   * @default - daily by RDS itself, kept for 30 days beside the database
   */
  readonly backup?: BackupProps | VaultChoice;

  /**
   * Experiments with failures on purpose. None starts by itself.
   *
   * @default - none
   */
  readonly chaos?: FaultInjectionChoice;

  /**
   * Alarms, dashboard and canary.
   *
   * @default Monitoring.cloudWatch()
   */
  readonly monitoring?: CloudWatchChoice;
}

/** The public name of the gateway, and who answers for it. */
export interface AwsDomainProps extends DomainProps {
  /**
   * The public hosted zone that holds the name.
   */
  readonly zone: IHostedZone;

  /**
   * A certificate for the name, of the same region.
   *
   * @default - one is created and validated by records in the zone
   */
  readonly certificate?: ICertificate;
}
