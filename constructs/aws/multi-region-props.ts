import type { Stack } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { HostedZoneAttributes } from 'aws-cdk-lib/aws-route53';
import type { ActiveActiveProps, ActivePassiveProps, DomainProps } from '../../lib';
import type { AuroraChoice, DistributedChoice, RdsChoice } from './database/choice';
import type { FailoverOptions } from './failover/options';
import type { AwsGatewayProps } from './props';

/** What one region may be given, or differ in. */
export interface AwsRegionOptions extends Pick<
  AwsGatewayProps,
  'compute' | 'cache' | 'monitoring'
> {
  /**
   * A stack of yours in this region to build it in. It must name its region.
   *
   * @default - a stack is created, named after the gateway and the region
   */
  readonly stack?: Stack;

  /**
   * A network of this region to stand in. Its range is `cidr`.
   *
   * @default - a network is created
   */
  readonly vpc?: IVpc;

  /**
   * A certificate of this region for the public name.
   *
   * @default - one is created and validated by records in the zone
   */
  readonly certificate?: ICertificate;
}

/** What is said once for all regions, with AWS's own kinds of handles. */
export interface AwsMultiRegionProps extends Pick<
  AwsGatewayProps,
  | 'vpcEndpoints'
  | 'zonalAutoshift'
  | 'compute'
  | 'cache'
  | 'firewall'
  | 'backup'
  | 'chaos'
  | 'monitoring'
> {
  /**
   * The public name of the gateway, and id and name of the hosted zone that holds it. A zone that was imported has both; one
   * that a stack makes is refused, because a region's stack may refer to nothing of another.
   */
  readonly domain: DomainProps & { readonly zone: HostedZoneAttributes };

  /**
   * Name in Secrets Manager of the secret that holds the value of each `os.environ/NAME` of the configuration, by NAME. A
   * secret of that name must stand in every region: have Secrets Manager replicate it.
   *
   * @default - none; refused when the configuration references any
   */
  readonly secrets?: Readonly<Record<string, string>>;

  /**
   * The kind of database. It has to fit `dataMode`: RDS is `shared-writer` and `regional-primaries`, Aurora
   * `global-database`, Aurora DSQL `distributed-sql`.
   *
   * @default - what `dataMode` asks for, with its defaults
   */
  readonly database?: RdsChoice | AuroraChoice | DistributedChoice;

  /**
   * Account of the stacks that are created.
   *
   * Unit: twelve digits.
   *
   * @default - the account that the tool deploys with
   */
  readonly account?: string;

  /**
   * The machines that lead a failover, and how often they are rehearsed.
   *
   * @default - rehearsed every week; nobody starts a real one but an operator
   */
  readonly failover?: FailoverOptions;
}

/** Everything about a gateway in a region of AWS that serves and one that waits. */
export interface AwsActivePassiveProps
  extends Omit<ActivePassiveProps, SharedHandles | 'primary' | 'standby'>, AwsMultiRegionProps {
  /**
   * The region that serves, and what it is given.
   */
  readonly primary: ActivePassiveProps['primary'] & AwsRegionOptions;

  /**
   * The region that takes over, and what it is given.
   */
  readonly standby: ActivePassiveProps['standby'] & AwsRegionOptions;
}

/** Everything about a gateway in regions of AWS that all serve. */
export interface AwsActiveActiveProps
  extends Omit<ActiveActiveProps, SharedHandles | 'regions'>, AwsMultiRegionProps {
  /**
   * The regions, the most important first, and what each is given.
   *
   * Unit: 2–8 regions.
   */
  readonly regions: readonly (ActiveActiveProps['regions'][number] & AwsRegionOptions)[];
}

type SharedHandles = keyof AwsMultiRegionProps;
