import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ICluster as IEcsCluster } from 'aws-cdk-lib/aws-ecs';
import type { ICluster as IEksCluster } from 'aws-cdk-lib/aws-eks-v2';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type {
  AutoscalingPlan,
  ComputeOutputs,
  ComputePlan,
  ComputeProps,
  DatabasePlan,
} from '../../../lib';
import type { Cache } from '../cache/cache';
import type { Database } from '../database/database';
import type { SchemaOwner } from '../database/login';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';

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

export interface EksCompute extends EksOptions {
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
   * Why streams may be longer than Fargate waits for a task to stop. In rollouts and when scaling in, the load balancer
   * waits for them first; a task that is stopped by hand, or by AWS without that wait, breaks them.
   *
   * @default - refused
   */
  readonly allowStreamsBeyondStopTimeout?: string;

  /**
   * Folder with a `Dockerfile` to build the gateway's image from when the stack is deployed. Change it to run your own
   * build.
   *
   * @default - the gateway of this package
   */
  readonly gatewayFolder?: string;
}

export interface FargateCompute extends FargateOptions {
  readonly kind: 'fargate';
}

export type ComputeTarget = EksCompute | FargateCompute;

export interface ComputeBlockProps {
  readonly plan: ComputePlan;
  readonly autoscaling: AutoscalingPlan;
  readonly databasePlan: DatabasePlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  /** `replicated`: the database follows another region's, and its schema comes from there. */
  readonly schema: 'own' | 'replicated';
  /** Null: replicas own the schema themselves. */
  readonly schemaOwner: SchemaOwner | null;
  /** Null: that of this package. */
  readonly gatewayFolder: string | null;
}

/** Where calls come from: the target group to fill and the listener that makes it count. */
export interface Frontend {
  readonly targetGroup: elb.ApplicationTargetGroup;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly listener: elb.ApplicationListener;
}

/** The replicas of the gateway: what they run on is chosen by one of the two words below. */
export abstract class Compute extends Construct implements ComputeOutputs, iam.IGrantable {
  /** Kubernetes on EKS: the same workload as on any other Kubernetes. */
  static eks(options: EksOptions = {}): EksCompute {
    return { kind: 'eks', ...options };
  }

  /** Tasks on ECS with Fargate. */
  static fargate(options: FargateOptions = {}): FargateCompute {
    return { kind: 'fargate', ...options };
  }

  abstract readonly workloadName: string;
  /** What replicas may do in AWS: read their secrets. Grant it more for models on Bedrock. */
  abstract readonly role: iam.Role;

  get grantPrincipal(): iam.IPrincipal {
    return this.role;
  }

  /** Sends calls of a load balancer to the replicas. */
  abstract serve(frontend: Frontend): void;

  /** Takes a rollout back when users are failed during it. */
  abstract watchRollouts(alarms: readonly cloudwatch.Alarm[]): void;
}
