import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { InstanceType, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { LoadBalancerController } from './compute';
import * as defaults from './defaults';
import type { AwsGatewayProps } from './props';

/** What the user handed over or chose beyond the common description, complete. Null: to be created. */
export interface AwsHandles {
  readonly vpc: IVpc | null;
  readonly secrets: Readonly<Record<string, ISecret>>;
  readonly zone: IHostedZone;
  readonly certificate: ICertificate | null;
  readonly cluster: ICluster | null;
  readonly loadBalancerController: LoadBalancerController;
  /** Null: that of this package. */
  readonly gatewayFolder: string | null;
  readonly instanceType: InstanceType;
  readonly nodeType: string;
}

export function resolveHandles(props: AwsGatewayProps): AwsHandles {
  const { domain, compute, database, cache } = props;
  return {
    vpc: props.vpc ?? null,
    secrets: props.secrets ?? {},
    zone: domain.zone,
    certificate: domain.certificate ?? null,
    cluster: compute?.cluster ?? null,
    loadBalancerController:
      compute?.loadBalancerController ?? defaults.DEFAULT_LOAD_BALANCER_CONTROLLER,
    gatewayFolder: compute?.gatewayFolder ?? null,
    instanceType: database?.instanceType ?? defaults.DEFAULT_INSTANCE_TYPE,
    nodeType: cache?.nodeType ?? defaults.DEFAULT_NODE_TYPE,
  };
}
