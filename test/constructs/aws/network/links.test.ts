import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { type ActiveActive, Database } from '../../../../constructs/aws';
import { buildActiveActive, buildActivePassive, templateOf } from '../multi-region-support';
import { testApp } from '../support';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const CIDRS = ['10.40.0.0/16', '10.41.0.0/16', '10.42.0.0/16'];
const SHARED_WRITER = {
  dataMode: 'shared-writer',
  database: Database.rds({ maxConnections: 700 }),
} as const;

let built: ActiveActive | null = null;

/** Synthesized once for all tests that only look at it. */
function gateway(): ActiveActive {
  built ??= buildActiveActive(SHARED_WRITER);
  return built;
}

function linksOf(region: string): Template {
  const found = gateway().links.find((each) => each.region === region);
  if (found === undefined) throw new Error(`${region} has no links`);
  return Template.fromStack(found.stack);
}

describe('createNetworkLinks', () => {
  it('connects each network with every other one, once', () => {
    const pairs = REGIONS.flatMap((region) =>
      Object.values(linksOf(region).findResources('AWS::EC2::VPCPeeringConnection')).map(
        ({ Properties }) => [region, (Properties as { PeerRegion: string }).PeerRegion],
      ),
    );
    expect(pairs).toEqual([
      ['us-east-1', 'eu-west-1'],
      ['us-east-1', 'ap-southeast-2'],
      ['eu-west-1', 'ap-southeast-2'],
    ]);
  });

  it('asks for a connection from the own network to the one that the other region published', () => {
    linksOf('eu-west-1').hasResourceProperties('AWS::EC2::VPCPeeringConnection', {
      VpcId: { Ref: Match.stringLikeRegexp('SsmParameterValue.*network') },
      PeerVpcId: {
        'Fn::GetAtt': [Match.stringLikeRegexp('LookUpnetworkapsoutheast2'), 'Parameter.Value'],
      },
      PeerRegion: 'ap-southeast-2',
      PeerRoleArn: Match.absent(),
    });
    for (const region of REGIONS) {
      for (const parameter of ['network', 'route-tables']) {
        templateOf(gateway(), region).hasResourceProperties('AWS::SSM::Parameter', {
          Name: `/litellm-ha/litellm/${parameter}`,
        });
      }
    }
  });

  it('hands the id of a connection to the region that did not ask for it', () => {
    linksOf('us-east-1').hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/litellm-ha/litellm/link-eu-west-1',
      Value: { Ref: Match.stringLikeRegexp('Toeuwest1') },
    });
    const looked = Object.values(linksOf('eu-west-1').findResources('Custom::RegionParameter'));
    const calls = looked.map(({ Properties }) => JSON.stringify(Properties)).join();
    expect(calls).toContain('/litellm-ha/litellm/link-eu-west-1');
    expect(calls).toContain('\\"region\\":\\"us-east-1\\"');
  });

  it.each(REGIONS)(
    'leads from each private and isolated subnet of %s to both other networks',
    (region) => {
      const routes = Object.values(linksOf(region).findResources('AWS::EC2::Route')).map(
        ({ Properties }) =>
          Properties as {
            readonly RouteTableId: { readonly 'Fn::Select': readonly unknown[] };
            readonly DestinationCidrBlock: string;
            readonly VpcPeeringConnectionId: unknown;
          },
      );
      const others = CIDRS.filter((_, index) => REGIONS[index] !== region);
      for (const cidr of others) {
        const there = routes.filter((each) => each.DestinationCidrBlock === cidr);
        // Three zones with two tables each.
        expect(there.map((each) => each.RouteTableId['Fn::Select'][0])).toEqual([0, 1, 2, 3, 4, 5]);
        expect(new Set(there.map((each) => JSON.stringify(each.VpcPeeringConnectionId))).size).toBe(
          1,
        );
      }
      expect(routes).toHaveLength(12);
    },
  );

  it('deploys them after all regions, whoever asks before whoever is asked', () => {
    const { regions, links } = gateway();
    const stacks = regions.map(({ stack }) => stack);
    const ends = links.map(({ stack }) => stack);
    expect(ends.map(({ stackName, region }) => [stackName, region])).toEqual(
      REGIONS.map((region) => [`litellm-${region}-links`, region]),
    );
    ends.forEach((end, index) => {
      expect(new Set(end.dependencies)).toEqual(new Set([...stacks, ...ends.slice(0, index)]));
    });
  });

  it.each(REGIONS)('leaves the stack of %s without anything that another stack makes', (region) => {
    const text = JSON.stringify(templateOf(gateway(), region).toJSON());
    expect(text).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|CrossRegionExport|ExportsOutput/);
    expect(JSON.stringify(linksOf(region).toJSON())).not.toMatch(/Fn::ImportValue/);
  });

  it('looks up what it names, and no more', () => {
    const policies = linksOf('us-east-1').findResources('AWS::IAM::Policy');
    const statements = Object.values(policies).flatMap(
      ({ Properties }) =>
        (Properties as { PolicyDocument: { Statement: readonly Record<string, unknown>[] } })
          .PolicyDocument.Statement,
    );
    expect(statements.map(({ Action }) => Action)).toEqual([
      'ssm:GetParameter',
      'ssm:GetParameter',
    ]);
    expect(JSON.stringify(statements)).not.toContain('"Resource":"*"');
  });

  it('connects nothing where databases speak for themselves, or nobody else writes', () => {
    expect(buildActiveActive().links).toEqual([]);
    expect(buildActivePassive().links).toEqual([]);
  });

  it('rejects a network that is brought and names no route tables', () => {
    const app = testApp();
    const stack = new Stack(app, 'Brought', { env: { region: 'eu-west-1' } });
    const availabilityZones = ['a', 'b', 'c'];
    const three = (kind: string): string[] => [1, 2, 3].map((each) => `subnet-${kind}${each}`);
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      vpcCidrBlock: '10.41.0.0/16',
      availabilityZones,
      publicSubnetIds: three('public'),
      privateSubnetIds: three('private'),
    });
    expect(() =>
      buildActiveActive(
        {
          ...SHARED_WRITER,
          regions: [{ region: 'us-east-1' }, { region: 'eu-west-1', stack, vpc }],
        },
        app,
      ),
    ).toThrow(
      new Error(
        'litellm on aws: 1 problem\n  - regions[1].vpc must know the route table of each private and isolated subnet in ' +
          'data mode shared-writer, which connects the networks of all regions, got 3 subnets without one; import it with ' +
          'privateSubnetRouteTableIds and isolatedSubnetRouteTableIds',
      ),
    );
  });
});
