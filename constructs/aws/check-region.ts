import { type Problem, type RegionPlan, SpecError } from '../../lib';
import { findLoginFaults } from './database/login-rules';
import { findAutoshiftFaults } from './load-balancer/zonal-autoshift';
import type { AwsHandles } from './resolve-handles';

/**
 * Checks what was handed over or chosen against what was planned for the region.
 *
 * @throws {SpecError} naming every fault at once.
 */
export function checkRegion(handles: AwsHandles, plan: RegionPlan): void {
  const problems = [
    ...findEndpointsFault(handles),
    ...findLoginFaults({
      database: handles.database,
      image: plan.compute.image.kind,
      configYaml: plan.compute.configYaml,
    }),
    ...findAutoshiftFaults({
      target: handles.zonalAutoshift,
      zones: plan.network.zones,
      cpuPercent: plan.autoscaling.cpuPercent,
    }),
  ];
  if (problems.length > 0) throw new SpecError('litellm-ha/aws', problems);
}

/** A second endpoint for a service under the same name is refused by AWS, and whether there is a first nobody can see. */
function findEndpointsFault({ vpc, vpcEndpoints }: AwsHandles): readonly Problem[] {
  if (vpc === null || vpcEndpoints === null) return [];
  return [
    {
      rule: 'aws.vpc-endpoints',
      path: 'vpcEndpoints',
      allowed: 'be left out where vpc is given, because a network that is brought keeps its own',
      got: JSON.stringify(vpcEndpoints),
      fix: 'remove it, and add endpoints to your network where it has none',
    },
  ];
}
