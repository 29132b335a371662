import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { InstanceType, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { VaultBackup } from './backup/backup';
import { Cache } from './cache/cache';
import type { CacheTarget } from './cache/choice';
import type { FaultInjection } from './chaos/chaos';
import type { ComputeTarget } from './compute/choice';
import { Compute } from './compute/compute';
import type { DatabaseTarget } from './database/choice';
import { Database } from './database/database';
import type { PoolerSettings } from './database/pooler/pooler';
import { resolvePooler } from './database/pooler/rules';
import * as defaults from './defaults';
import { type FirewallTarget, WebFirewall } from './load-balancer/web-firewall';
import type { AutoshiftTarget } from './load-balancer/zonal-autoshift';
import { type CloudWatchMonitoring, Monitoring } from './monitoring/monitoring';
import type { VpcEndpoints } from './network/interface-endpoints';
import type { AwsGatewayProps } from './props';

/** What the user handed over or chose beyond the common description, complete. Null: to be created. */
export interface AwsHandles {
  readonly vpc: IVpc | null;
  /** Null: nothing was chosen, and the network that is brought keeps its own. */
  readonly vpcEndpoints: VpcEndpoints | null;
  /** Null: AWS shifts no zone by itself. */
  readonly zonalAutoshift: AutoshiftTarget | null;
  readonly secrets: Readonly<Record<string, ISecret>>;
  readonly zone: IHostedZone;
  readonly certificate: ICertificate | null;
  readonly compute: ComputeTarget;
  readonly database: DatabaseTarget;
  readonly instanceType: InstanceType;
  /** Null: replicas connect to the database themselves. */
  readonly pooler: PoolerSettings | null;
  readonly cache: CacheTarget;
  readonly monitoring: CloudWatchMonitoring;
  readonly firewall: FirewallTarget;
  /** Null: the database's own backups are enough. */
  readonly vault: VaultBackup | null;
  /** Null: no experiments. */
  readonly chaos: FaultInjection | null;
}

export function resolveHandles(
  props: Omit<AwsGatewayProps, 'config' | 'database'> & { readonly database?: DatabaseTarget },
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
