import { Stack } from 'aws-cdk-lib';
import type { LoadBalancer } from '../load-balancer/load-balancer';
import type { Network } from '../network/network';
import { ec2Arn, type Experiment, OUTAGE, target, wait } from './experiment';

/** Subnets are cut off by access lists that FIS puts in place of theirs, and takes away again. */
export function planZoneExperiments({ vpc, availabilityZones }: Network): readonly Experiment[] {
  const stack = Stack.of(vpc);
  const subnets = [
    { name: 'ReplicasZoneLoss', what: 'replicas', list: vpc.privateSubnets },
    { name: 'DataZoneLoss', what: 'database and cache', list: vpc.isolatedSubnets },
  ];
  return subnets
    .filter(({ list }) => list.length > 0 && availabilityZones.length > 1)
    .map(({ name, what, list }) => ({
      name,
      description: `The subnet of ${what} in one zone is cut off; the other zones serve on.`,
      targets: {
        Subnets: {
          resourceType: 'aws:ec2:subnet',
          resourceArns: [ec2Arn(stack, 'subnet', list[0]?.subnetId ?? '')],
          selectionMode: 'ALL',
        },
      },
      actions: {
        CutOff: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { scope: 'all', duration: OUTAGE },
          targets: { Subnets: 'Subnets' },
        },
        Recover: wait('CutOff'),
      },
      rights: [
        {
          actions: [
            'ec2:CreateNetworkAcl',
            'ec2:CreateNetworkAclEntry',
            'ec2:DeleteNetworkAcl',
            'ec2:ReplaceNetworkAclAssociation',
            'ec2:CreateTags',
          ],
          resources: [
            ec2Arn(stack, 'network-acl', '*'),
            ec2Arn(stack, 'vpc', vpc.vpcId),
            ec2Arn(stack, 'subnet', list[0]?.subnetId ?? ''),
          ],
        },
        {
          actions: [
            'ec2:DescribeVpcs',
            'ec2:DescribeSubnets',
            'ec2:DescribeNetworkAcls',
            'ec2:DescribeManagedPrefixLists',
            'ec2:GetManagedPrefixListEntries',
          ],
          resources: ['*'],
        },
      ],
    }));
}

/** Nobody is cut off here: clients are led elsewhere, as AWS itself or an operator would lead them. */
export function planShiftExperiments(
  { availabilityZones }: Network,
  { resource }: LoadBalancer,
): readonly Experiment[] {
  const [zone] = availabilityZones;
  if (zone === undefined || availabilityZones.length < 2) return [];
  return [
    {
      name: 'ZoneEvacuation',
      description: 'Clients are led away from one zone; the replicas of the others carry them all.',
      targets: {
        LoadBalancers: target('aws:arc:zonal-shift-managed-resource', [resource.loadBalancerArn]),
      },
      actions: {
        Shift: {
          actionId: 'aws:arc:start-zonal-autoshift',
          parameters: {
            availabilityZoneIdentifier: zone,
            duration: OUTAGE,
            managedResourceTypes: 'ALB',
            // Also where AWS is not allowed to shift by itself.
            zonalAutoshiftStatus: 'ANY',
          },
          targets: { ManagedResources: 'LoadBalancers' },
        },
        Recover: wait('Shift'),
      },
      rights: [
        {
          actions: [
            'arc-zonal-shift:StartZonalShift',
            'arc-zonal-shift:UpdateZonalShift',
            'arc-zonal-shift:CancelZonalShift',
            'arc-zonal-shift:GetManagedResource',
          ],
          resources: [resource.loadBalancerArn],
        },
        {
          actions: ['arc-zonal-shift:ListManagedResources', 'autoscaling:DescribeTags'],
          resources: ['*'],
        },
      ],
    },
  ];
}

/**
 * The services that replicas need to start go away, by a security group that admits nobody. Bedrock is none of them: its
 * loss is the loss of a provider.
 */
export function planServiceExperiments({ vpc, endpoints }: Network): readonly Experiment[] {
  if (endpoints === null) return [];
  const stack = Stack.of(endpoints);
  const arns = endpoints.neededToStart.map(({ vpcEndpointId }) =>
    ec2Arn(stack, 'vpc-endpoint', vpcEndpointId),
  );
  const vpcArn = ec2Arn(stack, 'vpc', vpc.vpcId);
  const anyGroup = ec2Arn(stack, 'security-group', '*');
  return [
    {
      name: 'AwsServicesLoss',
      description:
        'Registry, secrets and logs of AWS cannot be reached; replicas that run serve on, and new ones wait.',
      targets: { Endpoints: target('aws:ec2:vpc-endpoint', arns) },
      actions: {
        CutOff: {
          actionId: 'aws:network:disrupt-vpc-endpoint',
          parameters: { duration: OUTAGE },
          targets: { VPCEndpoints: 'Endpoints' },
        },
        Recover: wait('CutOff'),
      },
      rights: [
        { actions: ['ec2:ModifyVpcEndpoint'], resources: [...arns, anyGroup] },
        {
          actions: ['ec2:CreateSecurityGroup', 'ec2:CreateTags'],
          resources: [vpcArn, anyGroup],
        },
        {
          actions: ['ec2:DeleteSecurityGroup', 'ec2:RevokeSecurityGroupEgress'],
          resources: [anyGroup],
          conditions: { ArnEquals: { 'ec2:Vpc': vpcArn } },
        },
        {
          actions: ['ec2:DescribeVpcEndpoints', 'ec2:DescribeSecurityGroups'],
          resources: ['*'],
        },
      ],
    },
  ];
}
