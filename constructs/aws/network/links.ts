import { Fn, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { MultiRegionTopology } from '../../../lib';
import { lookUpParameter, publishParameter, readParameter } from '../foundation/region-parameters';
import { isReachedAcross } from '../foundation/region-place';
import type { Network } from './network';

/** A region whose network is connected with those of the others. */
export interface LinkedRegion {
  readonly region: string;
  readonly stack: Stack;
  readonly network: Network;
}

/** Tells the stacks between regions where the network of this one is. */
export function publishNetwork(
  scope: Construct,
  input: { readonly name: string; readonly network: Network },
): void {
  const { name, network } = input;
  publishParameter(scope, { name, parameter: 'network', value: network.networkId });
  publishParameter(scope, {
    name,
    parameter: 'route-tables',
    value: Fn.join(',', [...network.routeTableIds]),
  });
}

/**
 * Connects each network with every other one, since any region may come to take the writes of all. None: nothing in one
 * region speaks to the database of another.
 *
 * Each region has a stack for its ends of the connections. They are deployed after the stacks of all regions, and in the
 * order of the topology: of two regions the earlier one asks for the connection and the later one finds it. A tool that
 * deploys all stacks keeps that order by itself. While a region is lost, none of these has to be deployed.
 */
export function createNetworkLinks(
  scope: Construct,
  input: {
    readonly topology: MultiRegionTopology;
    /** In the order of the topology. */
    readonly regions: readonly LinkedRegion[];
  },
): readonly NetworkLinks[] {
  const { topology, regions } = input;
  if (!isReachedAcross(topology)) return [];
  const stacks: Stack[] = [];
  return regions.map(({ region, stack, network }) => {
    const linkStack = new Stack(scope, `${region}-links`, {
      stackName: `${topology.name}-${region}-links`,
      env: { region, account: stack.account },
    });
    for (const each of regions) {
      linkStack.addStackDependency(each.stack, `connects the network of ${each.region}`);
    }
    for (const earlier of stacks) {
      linkStack.addStackDependency(earlier, 'finds the connections that it asked for');
    }
    stacks.push(linkStack);
    const links = new NetworkLinks(new Construct(linkStack, scope.node.id), 'Links', {
      topology,
      region,
      routeTables: network.routeTableIds.length,
    });
    Tags.of(links).add('litellm-ha:name', topology.name);
    Tags.of(links).add('litellm-ha:pattern', topology.pattern);
    return links;
  });
}

export interface NetworkLinksProps {
  readonly topology: MultiRegionTopology;
  readonly region: string;
  /** How many route tables the region's own network has. */
  readonly routeTables: number;
}

/**
 * One region's ends of the connections between networks: peering connections, which need neither a gateway nor the
 * internet, and ways to the other networks from where replicas and databases stand. Both networks are of one account, so
 * CloudFormation accepts a connection together with asking for it.
 *
 * Costs: nothing while nothing passes; then what AWS takes for traffic between regions.
 * Survives: the loss of any region: each pair has a connection of its own, and no machine of ours stands in it.
 * Does not survive: that a network is replaced by another, which has other connections; deploy these stacks again then.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcpeeringconnection.html
 */
export class NetworkLinks extends Construct {
  readonly region: string;
  readonly stack: Stack;
  /** Those that this region asked for, by the other region. */
  readonly connections: ReadonlyMap<string, ec2.CfnVPCPeeringConnection>;

  constructor(scope: Construct, id: string, props: NetworkLinksProps) {
    super(scope, id);
    const { topology, region } = props;
    this.region = region;
    this.stack = Stack.of(this);
    const { name } = topology;
    const regions = topology.regions.map((each) => each.region);
    const own = regions.indexOf(region);
    const earlier = regions.slice(0, own);
    const later = regions.slice(own + 1);
    this.connections = new Map(later.map((peer) => [peer, this.requestFrom(peer, props)]));
    const links = [
      ...earlier.map((peer) => ({
        peer,
        link: lookUpParameter(this, { name, parameter: `link-${region}`, region: peer }),
      })),
      ...[...this.connections].map(([peer, connection]) => ({ peer, link: connection.ref })),
    ];
    for (const { peer, link } of links) this.createRoutes({ peer, link, ...props });
  }

  private requestFrom(
    peer: string,
    { topology: { name }, region }: NetworkLinksProps,
  ): ec2.CfnVPCPeeringConnection {
    const connection = new ec2.CfnVPCPeeringConnection(this, `To-${peer}`, {
      vpcId: readParameter(this, { name, parameter: 'network' }),
      peerVpcId: lookUpParameter(this, { name, parameter: 'network', region: peer }),
      peerRegion: peer,
      tags: [{ key: 'Name', value: `${name} ${region} ${peer}` }],
    });
    publishParameter(this, { name, parameter: `link-${peer}`, value: connection.ref });
    return connection;
  }

  private createRoutes(
    input: NetworkLinksProps & { readonly peer: string; readonly link: string },
  ): void {
    const { topology, peer, link, routeTables } = input;
    const { name } = topology;
    const plan = topology.regions.find((each) => each.region === peer);
    if (plan === undefined) throw new Error(`${peer} is no region of ${name}`);
    const tables = Fn.split(',', readParameter(this, { name, parameter: 'route-tables' }));
    for (let index = 0; index < routeTables; index += 1) {
      new ec2.CfnRoute(this, `Route-${peer}-${index + 1}`, {
        routeTableId: Fn.select(index, tables),
        destinationCidrBlock: plan.network.cidr,
        vpcPeeringConnectionId: link,
      });
    }
  }
}
