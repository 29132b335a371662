import type { ICluster as IEcsCluster } from 'aws-cdk-lib/aws-ecs';
import type { ICluster as IEksCluster } from 'aws-cdk-lib/aws-eks-v2';
import type { ComputeProps } from '../../../lib';

/** Who registers replicas with the load balancer. */
export type LoadBalancerController = 'auto-mode' | 'aws-load-balancer-controller';

/** Kubernetes on EKS. */
export interface EksOptions extends ComputeProps {
  /**
   * A cluster to run in. It needs a kubectl provider, metrics-server, and the Secrets Store CSI driver with its AWS
   * provider, allowed to sync secrets.
   *
   * @default - a cluster in Auto Mode is created, with all of that
   */
  readonly cluster?: IEksCluster;

  /**
   * Who registers replicas with the load balancer in a cluster that is brought. A created one runs Auto Mode.
   *
   * @default 'auto-mode'
   */
  readonly loadBalancerController?: LoadBalancerController;

  /**
   * Folder with a `Dockerfile` to build the gateway's image from when the stack is deployed. Change it to run your own
   * build.
   *
   * @default - the gateway of this package
   */
  readonly gatewayFolder?: string;
}

export interface EksChoice extends EksOptions {
  readonly kind: 'eks';
}

/** Tasks on Fargate: no cluster to keep, and a bound on how long a task may take to stop. */
export interface FargateOptions extends ComputeProps {
  /**
   * A cluster to run in, in the network that `vpc` names.
   *
   * @default - a cluster with Container Insights is created
   */
  readonly cluster?: IEcsCluster;

  /**
   * Requests of one replica that autoscaling aims for, beside its processor: streams wait more than they compute.
   *
   * Unit: requests per minute and replica, 1–100000.
   *
   * @default 600
   */
  readonly requestsPerReplica?: number;

  /**
   * Folder with a `Dockerfile` to build the gateway's image from when the stack is deployed. Change it to run your own
   * build.
   *
   * @default - the gateway of this package
   */
  readonly gatewayFolder?: string;
}

export interface FargateChoice extends FargateOptions {
  readonly kind: 'fargate';
}

export type ComputeChoice = EksChoice | FargateChoice;
