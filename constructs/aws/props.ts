import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { BackupProps, DomainProps, GatewayProps } from '../../lib';
import type { VaultBackup } from './backup';
import type { CacheTarget } from './cache';
import type { FaultInjection } from './chaos';
import type { ComputeTarget } from './compute';
import type { DatabaseTarget } from './database';
import type { CloudWatchMonitoring } from './monitoring';
import type { FirewallTarget } from './web-firewall';

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
   * Where the replicas run.
   *
   * @default Compute.eks()
   */
  readonly compute?: ComputeTarget;

  /**
   * The PostgreSQL database.
   *
   * @default Database.rds()
   */
  readonly database?: DatabaseTarget;

  /**
   * The Redis cache.
   *
   * @default Cache.replicationGroup()
   */
  readonly cache?: CacheTarget;

  /**
   * What stands before the load balancer.
   *
   * @default WebFirewall.managed()
   */
  readonly firewall?: FirewallTarget;

  /**
   * When backups are taken, how long they are kept, and whether they are also kept in a vault, copied to another region
   * and restored every week.
   *
   * @default - daily by RDS itself, kept for 30 days beside the database
   */
  readonly backup?: BackupProps | VaultBackup;

  /**
   * Experiments with failures on purpose. None starts by itself.
   *
   * @default - none
   */
  readonly chaos?: FaultInjection;

  /**
   * Alarms, dashboard and canary.
   *
   * @default Monitoring.cloudWatch()
   */
  readonly monitoring?: CloudWatchMonitoring;
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
