import { Aws, Fn, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { NetworkOutputs, NetworkPlan } from '../../../lib';
import { checkExistingVpc } from './existing-vpc';
import { InterfaceEndpoints, type ServiceEndpoint } from './interface-endpoints';
import { listRouteTables } from './route-tables';
import { planSubnets } from './subnet-plan';

export interface NetworkBlockProps {
  readonly plan: NetworkPlan;
  /** Null: a network is created. */
  readonly vpc: ec2.IVpc | null;
  /** The services of AWS that a created network has addresses for; a network that is brought keeps its own. */
  readonly services: readonly ServiceEndpoint[];
}

/** IPv6 subnets are always /64, so 64 bits of a subnet are the host's. */
const IPV6_HOST_BITS = '64';

/**
 * The private network: in each zone a public subnet for load balancer and NAT gateway, a private one for replicas and
 * an isolated one for the data tier.
 *
 * Costs: a NAT gateway and its address per zone, what passes them, and the addresses of AWS's services (see
 * `InterfaceEndpoints`).
 * Survives: the loss of a zone. Each zone leaves through its own NAT gateway, so none hangs on another's.
 * Does not survive: the loss of the region.
 *
 * The subnets are created one by one, because CDK's own `Vpc` asks AWS for the zones of a stack that names its account,
 * even when it is told which to use. The network's default security group stays as AWS makes it: nothing here uses it,
 * and CloudFormation could close it only by way of a function with rights to change any group.
 */
export class Network extends Construct implements NetworkOutputs {
  readonly vpc: ec2.IVpc;
  readonly networkId: string;
  /** The zones in use, as many as planned. */
  readonly availabilityZones: readonly string[];
  readonly publicSubnets: ec2.SubnetSelection;
  readonly computeSubnets: ec2.SubnetSelection;
  readonly dataSubnets: ec2.SubnetSelection;
  /** Of the private and isolated subnets: where ways to other networks are written. */
  readonly routeTableIds: readonly string[];
  /** Whether the public subnets have IPv6 addresses, as those of a created network do. */
  readonly ipv6: boolean;
  /** Ready once the subnets reach the internet. */
  readonly internetAccess: IDependable;
  /** The network itself; null when it was brought. */
  readonly resource: ec2.CfnVPC | null;
  /** One for each zone; none of a network that was brought. */
  readonly natGatewayIds: readonly string[];
  /** Null: AWS's services are reached through the NAT gateways, or as the network that was brought has it. */
  readonly endpoints: InterfaceEndpoints | null;

  constructor(scope: Construct, id: string, props: NetworkBlockProps) {
    super(scope, id);
    const { plan } = props;
    const { vpc, resource, internetAccess, natGatewayIds } =
      props.vpc === null ? this.createVpc(plan) : useVpc(props.vpc, plan.zones);
    this.vpc = vpc;
    this.resource = resource;
    this.internetAccess = internetAccess;
    this.natGatewayIds = natGatewayIds;
    this.ipv6 = resource !== null;
    this.networkId = this.vpc.vpcId;
    this.routeTableIds = listRouteTables(this.vpc);
    this.availabilityZones = this.vpc.availabilityZones.slice(0, plan.zones);
    this.publicSubnets = { subnetType: ec2.SubnetType.PUBLIC };
    this.computeSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    this.dataSubnets =
      this.vpc.isolatedSubnets.length > 0
        ? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }
        : this.computeSubnets;
    this.endpoints =
      resource === null || props.services.length === 0
        ? null
        : new InterfaceEndpoints(this, 'Endpoints', {
            vpc: this.vpc,
            cidr: plan.cidr,
            subnets: this.vpc.privateSubnets,
            services: props.services,
          });
  }

  private createVpc(plan: NetworkPlan): VpcInUse {
    const resource = new ec2.CfnVPC(this, 'Resource', {
      cidrBlock: plan.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: [{ key: 'Name', value: this.node.path }],
    });
    const gateway = this.createInternetGateway(resource);
    const ipv6 = new ec2.CfnVPCCidrBlock(this, 'Ipv6Cidr', {
      vpcId: resource.ref,
      amazonProvidedIpv6CidrBlock: true,
    });
    const zones = this.createZones({ plan, resource, gateway, ipv6 });
    const publicSubnets = zones.map(({ publicSubnet }) => publicSubnet);
    const privateSubnets = zones.map(({ privateSubnet }) => privateSubnet);
    const isolatedSubnets = zones.map(({ isolatedSubnet }) => isolatedSubnet);
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: resource.ref,
      vpcCidrBlock: plan.cidr,
      availabilityZones: publicSubnets.map((subnet) => subnet.availabilityZone),
      publicSubnetIds: publicSubnets.map((subnet) => subnet.subnetId),
      publicSubnetRouteTableIds: publicSubnets.map((subnet) => subnet.routeTable.routeTableId),
      privateSubnetIds: privateSubnets.map((subnet) => subnet.subnetId),
      privateSubnetRouteTableIds: privateSubnets.map((subnet) => subnet.routeTable.routeTableId),
      isolatedSubnetIds: isolatedSubnets.map((subnet) => subnet.subnetId),
      isolatedSubnetRouteTableIds: isolatedSubnets.map((subnet) => subnet.routeTable.routeTableId),
    });
    // Images and logs go to S3 without a NAT gateway in between, and without its price.
    vpc.addGatewayEndpoint('S3Endpoint', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    this.createFlowLog(vpc);
    const internetAccess = new DependencyGroup(
      ...[...publicSubnets, ...privateSubnets].map(
        (subnet) => subnet.internetConnectivityEstablished,
      ),
    );
    const natGatewayIds = zones.map(({ natGatewayId }) => natGatewayId);
    return { resource, vpc, internetAccess, natGatewayIds };
  }

  private createInternetGateway(resource: ec2.CfnVPC): InternetGateway {
    const gateway = new ec2.CfnInternetGateway(this, 'InternetGateway', {
      tags: [{ key: 'Name', value: this.node.path }],
    });
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: resource.ref,
      internetGatewayId: gateway.ref,
    });
    return { id: gateway.ref, attachment };
  }

  private createZones(input: ZonesInput): readonly Zone[] {
    const { plan, resource, gateway, ipv6 } = input;
    const ipv6Cidrs = Fn.cidr(
      Fn.select(0, resource.attrIpv6CidrBlocks),
      plan.zones,
      IPV6_HOST_BITS,
    );
    return planSubnets(plan).map((cidrs, index) => {
      const number = index + 1;
      const common = {
        // Named by CloudFormation at deploy time: no lookup, and no zone that an account lacks.
        availabilityZone: Fn.select(index, Fn.getAzs(Aws.REGION)),
        vpcId: resource.ref,
        // Only load balancer and NAT gateways have public addresses, and they ask for theirs themselves.
        mapPublicIpOnLaunch: false,
      };
      const publicSubnet = new ec2.PublicSubnet(this, `Public${number}`, {
        ...common,
        cidrBlock: cidrs.publicCidr,
        ipv6CidrBlock: Fn.select(index, ipv6Cidrs),
      });
      publicSubnet.node.addDependency(ipv6);
      routeToInternet(publicSubnet, gateway);
      const privateSubnet = new ec2.PrivateSubnet(this, `Private${number}`, {
        ...common,
        cidrBlock: cidrs.privateCidr,
      });
      const natGatewayId = publicSubnet.addNatGateway().ref;
      privateSubnet.addDefaultNatRoute(natGatewayId);
      const isolatedSubnet = new ec2.PrivateSubnet(this, `Isolated${number}`, {
        ...common,
        cidrBlock: cidrs.isolatedCidr,
      });
      // By these tags EKS finds the subnets for load balancers that other workloads of the cluster ask for.
      Tags.of(publicSubnet).add('kubernetes.io/role/elb', '1');
      Tags.of(privateSubnet).add('kubernetes.io/role/internal-elb', '1');
      return { publicSubnet, privateSubnet, isolatedSubnet, natGatewayId };
    });
  }

  private createFlowLog(vpc: ec2.IVpc): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogGroup', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) });
  }
}

interface VpcInUse {
  readonly resource: ec2.CfnVPC | null;
  readonly vpc: ec2.IVpc;
  readonly internetAccess: IDependable;
  readonly natGatewayIds: readonly string[];
}

interface InternetGateway {
  readonly id: string;
  readonly attachment: ec2.CfnVPCGatewayAttachment;
}

interface ZonesInput {
  readonly plan: NetworkPlan;
  readonly resource: ec2.CfnVPC;
  readonly gateway: InternetGateway;
  readonly ipv6: ec2.CfnVPCCidrBlock;
}

interface Zone {
  readonly publicSubnet: ec2.PublicSubnet;
  readonly privateSubnet: ec2.PrivateSubnet;
  readonly isolatedSubnet: ec2.PrivateSubnet;
  readonly natGatewayId: string;
}

function useVpc(vpc: ec2.IVpc, zones: number): VpcInUse {
  return {
    vpc: checkExistingVpc(vpc, zones),
    resource: null,
    internetAccess: new DependencyGroup(),
    natGatewayIds: [],
  };
}

function routeToInternet(subnet: ec2.PublicSubnet, gateway: InternetGateway): void {
  subnet.addDefaultInternetRoute(gateway.id, gateway.attachment);
  const route = new ec2.CfnRoute(subnet, 'DefaultRouteIpv6', {
    routeTableId: subnet.routeTable.routeTableId,
    destinationIpv6CidrBlock: '::/0',
    gatewayId: gateway.id,
  });
  route.node.addDependency(gateway.attachment);
}
