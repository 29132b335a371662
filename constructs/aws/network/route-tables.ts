import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';

/** Where ways out of the private and isolated subnets are written, each once: subnets may share one. */
export function listRouteTables(vpc: IVpc): readonly string[] {
  const ids = listInnerSubnets(vpc).map(readRouteTable);
  return [...new Set(ids.filter((id) => id !== null))];
}

/** How many private and isolated subnets there are whose route table nobody named, as of a network that was imported. */
export function countUnroutedSubnets(vpc: IVpc): number {
  return listInnerSubnets(vpc).filter((subnet) => readRouteTable(subnet) === null).length;
}

function listInnerSubnets({ privateSubnets, isolatedSubnets }: IVpc): readonly ISubnet[] {
  return [...privateSubnets, ...isolatedSubnets];
}

/** Its type promises one, but subnets that are imported by their ids alone have none. */
function readRouteTable({ routeTable }: ISubnet): string | null {
  return (routeTable.routeTableId as string | undefined) ?? null;
}
