import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { build, buildDefaults, testStack } from '../support';

describe('Network', () => {
  it.each([
    ['names neither account nor region', {}],
    ['names a region', { env: { region: 'eu-west-1' } }],
    ['names account and region', { env: { account: '111111111111', region: 'eu-west-1' } }],
  ])('stands in three zones without a lookup in a stack that %s', (_, props) => {
    const { stack, template } = build((each) => each, testStack(props));
    const zones = Object.values(template.findResources('AWS::EC2::Subnet')).map((subnet) =>
      JSON.stringify(subnet['Properties'].AvailabilityZone),
    );
    expect(zones).toHaveLength(9);
    expect(new Set(zones).size).toBe(3);
    const assembly = stack.node.root as ReturnType<typeof testStack>['node']['root'] & {
      synth(): { manifest: { missing?: unknown } };
    };
    expect(assembly.synth().manifest.missing).toBeUndefined();
  });

  it('leaves each zone through its own NAT gateway', () => {
    const { template } = buildDefaults();
    template.resourceCountIs('AWS::EC2::NatGateway', 3);
    const routes = Object.values(template.findResources('AWS::EC2::Route'))
      .map((route) => route['Properties'].NatGatewayId)
      .filter((id) => id !== undefined)
      .map((id) => JSON.stringify(id));
    expect(new Set(routes).size).toBe(3);
  });

  it('gives the data tier no route out', () => {
    const { template } = buildDefaults();
    const isolated = Object.keys(template.findResources('AWS::EC2::RouteTable')).filter((id) =>
      id.includes('Isolated'),
    );
    const routed = Object.values(template.findResources('AWS::EC2::Route')).map(
      (route) => route['Properties'].RouteTableId.Ref,
    );
    expect(isolated).toHaveLength(3);
    expect(routed.filter((id) => isolated.includes(id))).toEqual([]);
  });

  it('keeps a flow log and reaches S3 without a NAT gateway', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL' });
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });

  it('follows zones and cidr', () => {
    const { template } = build((props) => ({ ...props, zones: 2, cidr: '10.9.0.0/18' }));
    template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.9.0.0/18' });
    template.resourceCountIs('AWS::EC2::Subnet', 6);
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
  });

  it('stands in a network that is brought, and creates none', () => {
    const { template, gateway } = build((props, stack) => ({
      ...props,
      zones: 2,
      vpc: new Vpc(stack, 'Mine', { maxAzs: 2 }),
    }));
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      IpAddressType: 'ipv4',
    });
    template.resourceCountIs('AWS::Route53::RecordSet', 1);
    expect(gateway.network.resource).toBeNull();
  });

  it('rejects a network that is brought and has too few subnets', () => {
    expect(() =>
      build((props, stack) => ({
        ...props,
        vpc: new Vpc(stack, 'Mine', {
          maxAzs: 2,
          subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }],
        }),
      })),
    ).toThrow(
      new Error(
        [
          'litellm-ha/aws: 2 problems',
          '  - vpc must have public subnets in 3 zones, got 2; add public subnets, or set zones to what it has',
          '  - vpc must have private subnets in 3 zones, got 0; add private subnets, or set zones to what it has',
        ].join('\n'),
      ),
    );
  });
});
