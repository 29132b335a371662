import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ZonalAutoshift } from '../../../../constructs/aws';
import { planServiceEndpoints } from '../../../../constructs/aws/network/interface-endpoints';
import { buildActivePassive, templateOf } from '../multi-region-support';
import { build, buildDefaults, testApp, testConfig, testStack } from '../support';

interface EndpointProperties {
  readonly ServiceName: unknown;
  readonly PrivateDnsEnabled: boolean;
  readonly SubnetIds: readonly unknown[];
  readonly SecurityGroupIds: readonly unknown[];
}

function endpoints(template: Template): readonly EndpointProperties[] {
  return Object.values(
    template.findResources('AWS::EC2::VPCEndpoint', {
      Properties: { VpcEndpointType: 'Interface' },
    }),
  ).map((each) => each['Properties'] as EndpointProperties);
}

function bedrock(region: string | null): string {
  const written = region === null ? '' : `\n      aws_region_name: ${region}`;
  return `model_list:\n  - model_name: claude\n    litellm_params:\n      model: bedrock/claude${written}\n`;
}

describe('InterfaceEndpoints', () => {
  it('gives what replicas need to start an address in every zone, under the usual name', () => {
    const { stack, gateway, template } = buildDefaults();
    const all = endpoints(template);
    const names = all.map(({ ServiceName }) => JSON.stringify(ServiceName));
    for (const service of ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'sts', 'eks-auth']) {
      expect(names.filter((name) => name.includes(`.${service}"`))).toHaveLength(1);
    }
    expect(names).toHaveLength(6);
    for (const { PrivateDnsEnabled, SubnetIds } of all) {
      expect(PrivateDnsEnabled).toBe(true);
      expect(SubnetIds).toEqual(
        stack.resolve(gateway.network.vpc.privateSubnets.map(({ subnetId }) => subnetId)),
      );
    }
  });

  it('admits the network alone, to HTTPS, by one group', () => {
    const { template } = buildDefaults();
    const groups = endpoints(template).map(({ SecurityGroupIds }) =>
      JSON.stringify(SecurityGroupIds),
    );
    expect(new Set(groups).size).toBe(1);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Services of AWS in the network of the gateway: HTTPS from within',
      SecurityGroupIngress: [
        { CidrIp: '10.40.0.0/16', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' },
      ],
    });
  });

  it('is left out by wish, and from a network that is brought', () => {
    const saved = build((props) => ({ ...props, vpcEndpoints: 'gateway' }));
    expect(endpoints(saved.template)).toEqual([]);
    expect(saved.gateway.network.endpoints).toBeNull();
    const brought = build((props, scope) => ({
      ...props,
      zones: 2,
      vpc: new Vpc(scope, 'Mine', { maxAzs: 2 }),
    }));
    expect(endpoints(brought.template)).toEqual([]);
  });

  it('follows each of several regions, and spares the one that brings a network', () => {
    const app = testApp();
    const stack = new Stack(app, 'Mine', { env: { region: 'us-west-2' } });
    const gateway = buildActivePassive(
      {
        zones: 2,
        vpcEndpoints: 'interface',
        zonalAutoshift: ZonalAutoshift.enabled(),
        autoscaling: { cpuPercent: 50 },
        standby: { region: 'us-west-2', stack, vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }) },
      },
      app,
    );
    expect(endpoints(templateOf(gateway, 'us-east-1'))).toHaveLength(6);
    expect(endpoints(templateOf(gateway, 'us-west-2'))).toHaveLength(0);
    for (const { region } of gateway.regions) {
      templateOf(gateway, region).resourceCountIs(
        'AWS::ARCZonalShift::ZonalAutoshiftConfiguration',
        1,
      );
    }
  });
});

describe('planServiceEndpoints', () => {
  const ids = (change: Partial<Parameters<typeof planServiceEndpoints>[0]>): readonly string[] =>
    planServiceEndpoints({
      wish: 'interface',
      compute: 'eks',
      configYaml: testConfig().canonicalYaml,
      region: 'eu-west-1',
      ...change,
    }).map(({ id }) => id);

  it('asks for the credentials of pods where there are pods', () => {
    const shared = ['Ecr', 'EcrDocker', 'Logs', 'SecretsManager', 'Sts'];
    expect(ids({})).toEqual([...shared, 'EksAuth']);
    expect(ids({ compute: 'fargate' })).toEqual(shared);
  });

  it.each([
    { whose: 'of no region that is written', written: null, region: 'eu-west-1', here: true },
    { whose: 'of this region', written: 'eu-west-1', region: 'eu-west-1', here: true },
    { whose: 'of another region', written: 'us-east-1', region: 'eu-west-1', here: false },
    {
      whose: 'of a region, from a stack that names none',
      written: 'eu-west-1',
      region: testStack().region,
      here: false,
    },
  ])('reaches a Bedrock $whose from within only if it is here', ({ written, region, here }) => {
    expect(ids({ configYaml: bedrock(written), region }).includes('BedrockRuntime')).toBe(here);
  });

  it('asks for nothing where nothing is wished', () => {
    expect(ids({ wish: 'gateway' })).toEqual([]);
    expect(ids({ wish: null })).toEqual([]);
  });
});
