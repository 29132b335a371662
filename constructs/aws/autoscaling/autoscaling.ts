import { Construct } from 'constructs';
import type { AutoscalingOutputs, AutoscalingPlan } from '../../../lib';

/**
 * How many replicas run. On Kubernetes the scaler is an object of the workload, sent to the cluster with it, so this
 * block adds no resource; the nodes follow the replicas by themselves.
 */
export class Autoscaling extends Construct implements AutoscalingOutputs {
  readonly minReplicas: number;
  readonly maxReplicas: number;

  constructor(scope: Construct, id: string, props: { readonly plan: AutoscalingPlan }) {
    super(scope, id);
    this.minReplicas = props.plan.minReplicas;
    this.maxReplicas = props.plan.maxReplicas;
  }
}
