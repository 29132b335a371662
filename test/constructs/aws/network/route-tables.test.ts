import { Stack } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  countUnroutedSubnets,
  listRouteTables,
} from '../../../../constructs/aws/network/route-tables';

function importVpc(tables: {
  readonly privateSubnetRouteTableIds?: string[];
  readonly isolatedSubnetRouteTableIds?: string[];
}): IVpc {
  return Vpc.fromVpcAttributes(new Stack(), 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a', 'b'],
    publicSubnetIds: ['subnet-1', 'subnet-2'],
    privateSubnetIds: ['subnet-3', 'subnet-4'],
    isolatedSubnetIds: ['subnet-5', 'subnet-6'],
    ...tables,
  });
}

describe('listRouteTables', () => {
  it('names the tables of private and isolated subnets, each once', () => {
    const vpc = importVpc({
      privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
      isolatedSubnetRouteTableIds: ['rtb-3', 'rtb-3'],
    });
    expect(listRouteTables(vpc)).toEqual(['rtb-1', 'rtb-2', 'rtb-3']);
    expect(countUnroutedSubnets(vpc)).toBe(0);
  });

  it('leaves out subnets that were imported without, and counts them', () => {
    const vpc = importVpc({ privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'] });
    expect(listRouteTables(vpc)).toEqual(['rtb-1', 'rtb-2']);
    expect(countUnroutedSubnets(vpc)).toBe(2);
  });
});
