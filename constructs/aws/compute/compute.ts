import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AutoscalingPlan, ComputeOutputs, ComputePlan, DatabasePlan } from '../../../lib';
import type { Cache } from '../cache/cache';
import type { Database } from '../database/database';
import type { SchemaOwner } from '../database/login';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';
import type { EksChoice, EksOptions, FargateChoice, FargateOptions } from './choice';

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
  static eks(options: EksOptions = {}): EksChoice {
    return { kind: 'eks', ...options };
  }

  /** Tasks on ECS with Fargate. */
  static fargate(options: FargateOptions = {}): FargateChoice {
    return { kind: 'fargate', ...options };
  }

  abstract readonly workloadName: string;
  /** What replicas may do in AWS: read their secrets, and ask the models on Bedrock that are configured. */
  abstract readonly role: iam.Role;

  get grantPrincipal(): iam.IPrincipal {
    return this.role;
  }

  /** Sends calls of a load balancer to the replicas. */
  abstract serve(frontend: Frontend): void;

  /** Takes a rollout back when users are failed during it. */
  abstract watchRollouts(alarms: readonly cloudwatch.Alarm[]): void;
}
