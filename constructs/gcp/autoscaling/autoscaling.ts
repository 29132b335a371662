import { ComputeRegionAutoscaler } from '@cdktf/provider-google/lib/compute-region-autoscaler';
import { Construct } from 'constructs';
import type { AutoscalingOutputs, AutoscalingPlan } from '../../../lib';
import type { Compute } from '../compute/compute';
import { INITIALIZATION_SECONDS } from '../defaults';
import type { Placement } from '../foundation/placement';

export interface AutoscalingBlockProps {
  readonly plan: AutoscalingPlan;
  readonly placement: Placement;
  readonly compute: Compute;
}

/**
 * The autoscaler of the instance group. It alone owns the number of replicas: the group itself sets none. Machines are added
 * as fast as the load asks for; removal follows the plan's pace.
 *
 * Costs nothing by itself. Survives the loss of any zone: machines are added in the zones that are left.
 */
export class Autoscaling extends Construct implements AutoscalingOutputs {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly resource: ComputeRegionAutoscaler;

  constructor(scope: Construct, id: string, props: AutoscalingBlockProps) {
    super(scope, id);
    const { plan, placement, compute } = props;
    this.minReplicas = plan.minReplicas;
    this.maxReplicas = plan.maxReplicas;
    this.resource = new ComputeRegionAutoscaler(this, 'Resource', {
      name: `${placement.name}-autoscaler`,
      project: placement.project,
      region: placement.region,
      target: compute.resource.id,
      autoscalingPolicy: {
        mode: 'ON',
        minReplicas: plan.minReplicas,
        maxReplicas: plan.maxReplicas,
        cooldownPeriod: INITIALIZATION_SECONDS,
        cpuUtilization: { target: machineUtilization(plan.cpuPercent, compute) },
        scaleInControl: {
          timeWindowSec: plan.scaleDown.windowSeconds,
          maxScaledInReplicas: { fixed: plan.scaleDown.replicas },
        },
      },
    });
  }
}

/**
 * Google measures the whole machine, the plan speaks of the replica's share: a gateway that may use one core of two can
 * never bring its machine to 70 percent, and the group would never grow.
 */
function machineUtilization(cpuPercent: number, compute: Compute): number {
  const share = compute.cpuMillicores / (compute.machine.vcpus * 1000);
  return Math.round(cpuPercent * share * 100) / 10_000;
}
