import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { SpecError } from '../../../lib';

/**
 * Checks that a network that was brought has what the blocks stand on.
 *
 * @throws {SpecError} naming the tier that is missing in some zone.
 */
export function checkExistingVpc(vpc: IVpc, zones: number): IVpc {
  const tiers = [
    { kind: 'public', subnets: vpc.publicSubnets },
    { kind: 'private', subnets: vpc.privateSubnets },
  ];
  const problems = tiers
    .map(({ kind, subnets }) => ({
      kind,
      count: new Set(subnets.map((subnet) => subnet.availabilityZone)).size,
    }))
    .filter(({ count }) => count < zones)
    .map(({ kind, count }) => ({
      rule: 'aws.vpc',
      path: 'vpc',
      allowed: `have ${kind} subnets in ${zones} zones`,
      got: String(count),
      fix: `add ${kind} subnets, or set zones to what it has`,
    }));
  if (problems.length > 0) throw new SpecError('litellm-ha/aws', problems);
  return vpc;
}
