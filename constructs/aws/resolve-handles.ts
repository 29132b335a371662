import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { InstanceType, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { VaultChoice } from './backup/backup';
import { Cache } from './cache/cache';
import type { CacheChoice } from './cache/choice';
import type { FaultInjectionChoice } from './chaos/chaos';
import type { ComputeChoice } from './compute/choice';
import { Compute } from './compute/compute';
import type { DatabaseChoice } from './database/choice';
import { Database } from './database/database';
import type { PoolerSettings } from './database/pooler/pooler';
import { resolvePooler } from './database/pooler/rules';
import * as defaults from './defaults';
import { type FirewallChoice, WebFirewall } from './load-balancer/web-firewall';
import type { AutoshiftChoice } from './load-balancer/zonal-autoshift';
import { type CloudWatchChoice, Monitoring } from './monitoring/monitoring';
import type { VpcEndpoints } from './network/interface-endpoints';
import type { AwsGatewayProps } from './props';

/** What the user handed over or chose beyond the common description, complete. Null: to be created. */
export interface AwsHandles {
  readonly vpc: IVpc | null;
  /** Null: nothing was chosen, and the network that is brought keeps its own. */
  readonly vpcEndpoints: VpcEndpoints | null;
  /** Null: AWS shifts no zone by itself. */
  readonly zonalAutoshift: AutoshiftChoice | null;
  readonly secrets: Readonly<Record<string, ISecret>>;
  readonly zone: IHostedZone;
  readonly certificate: ICertificate | null;
  readonly compute: ComputeChoice;
  readonly database: DatabaseChoice;
  readonly instanceType: InstanceType;
  /** Null: replicas connect to the database themselves. */
  readonly pooler: PoolerSettings | null;
  readonly cache: CacheChoice;
  readonly monitoring: CloudWatchChoice;
  readonly firewall: FirewallChoice;
  /** Null: the database's own backups are enough. */
  readonly vault: VaultChoice | null;
  /** Null: no experiments. */
  readonly chaos: FaultInjectionChoice | null;
}

export function resolveHandles(
  props: Omit<AwsGatewayProps, 'config' | 'database'> & { readonly database?: DatabaseChoice },
): AwsHandles {
  const { domain } = props;
  const database = props.database ?? Database.rds();
  return {
    vpc: props.vpc ?? null,
    vpcEndpoints:
      props.vpcEndpoints ?? (props.vpc === undefined ? defaults.DEFAULT_VPC_ENDPOINTS : null),
    zonalAutoshift: props.zonalAutoshift ?? null,
    secrets: props.secrets ?? {},
    zone: domain.zone,
    certificate: domain.certificate ?? null,
    compute: props.compute ?? Compute.eks(),
    database,
    instanceType:
      ('instanceType' in database ? database.instanceType : undefined) ??
      defaults.DEFAULT_INSTANCE_TYPE,
    pooler: resolvePooler(database),
    cache: props.cache ?? Cache.replicationGroup(),
    monitoring: props.monitoring ?? Monitoring.cloudWatch(),
    firewall: props.firewall ?? WebFirewall.managed(),
    vault: props.backup !== undefined && 'kind' in props.backup ? props.backup : null,
    chaos: props.chaos ?? null,
  };
}
