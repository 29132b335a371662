import { type App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { ActiveActive } from '../../../../constructs/aws';
import { type Accelerator, createAccelerator } from '../../../../constructs/aws/dns/accelerator';
import {
  type ActiveActiveProps,
  AWS_TRAITS,
  planActiveActive,
  resolveActiveActive,
} from '../../../../lib';
import { aConfig } from '../../../support/a-config';
import { buildActiveActive, templateOf } from '../multi-region-support';
import { testApp } from '../support';

const REGIONS = ['us-east-1', 'us-west-2'];
const HOME = 'us-west-2';
let built: ActiveActive | null = null;

/** Synthesized once for all tests that only look at it. */
function gateway(): ActiveActive {
  built ??= buildActiveActive({
    regions: REGIONS.map((region) => ({ region })),
    steering: { policy: 'anycast' },
  });
  return built;
}

function accelerator(): Accelerator {
  const found = gateway().accelerator;
  if (found === null) throw new Error('there is no accelerator');
  return found;
}

const template = (): Template => Template.fromStack(Stack.of(accelerator()));

describe('Accelerator', () => {
  it('stands at the home of its control plane, in a stack of its own behind those of all regions', () => {
    const stack = Stack.of(accelerator());
    expect([stack.stackName, stack.region]).toEqual(['litellm-accelerator', HOME]);
    expect(stack.dependencies).toEqual(gateway().regions.map((region) => region.stack));
    for (const region of gateway().regions) expect(region.stack.dependencies).not.toContain(stack);
  });

  it('takes calls of both kinds of addresses on both ports, and logs who calls', () => {
    template().hasResourceProperties('AWS::GlobalAccelerator::Accelerator', {
      Name: 'litellm',
      IpAddressType: 'DUAL_STACK',
      Enabled: true,
      FlowLogsEnabled: true,
      FlowLogsS3Bucket: Match.anyValue(),
      FlowLogsS3Prefix: 'flow-logs',
    });
    template().hasResourceProperties('AWS::GlobalAccelerator::Listener', {
      Protocol: 'TCP',
      PortRanges: [
        { FromPort: 80, ToPort: 80 },
        { FromPort: 443, ToPort: 443 },
      ],
    });
  });

  it('is made only after its logs may be written', () => {
    const [found] = Object.values(
      template().findResources('AWS::GlobalAccelerator::Accelerator'),
    ) as { readonly DependsOn?: readonly string[] }[];
    expect(found?.DependsOn).toEqual([expect.stringContaining('FlowLogsPolicy')]);
    template().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:PutObject',
            Principal: { Service: 'delivery.logs.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                's3:x-amz-acl': 'bucket-owner-full-control',
              },
            },
          }),
        ]),
      },
    });
  });

  it.each(REGIONS)('leads to the load balancer of %s, which it looks up there', (region) => {
    template().hasResourceProperties('AWS::GlobalAccelerator::EndpointGroup', {
      EndpointGroupRegion: region,
      EndpointConfigurations: [
        {
          EndpointId: {
            'Fn::GetAtt': [
              Match.stringLikeRegexp(`LookUploadbalancer${region.replaceAll('-', '')}`),
              'Parameter.Value',
            ],
          },
          ClientIPPreservationEnabled: true,
        },
      ],
      TrafficDialPercentage: 100,
    });
    const lookUps = Object.values(template().findResources('Custom::RegionParameter')).map(
      ({ Properties }) => JSON.stringify(Properties),
    );
    const own = lookUps.filter((text) => text.includes(`${region}/litellm-ha`));
    expect(own).toEqual([expect.stringContaining('/litellm-ha/litellm/load-balancer')]);
    // Counted up, it makes CloudFormation look again.
    expect(own).toEqual([expect.stringContaining('{"Ref":"Generation"}')]);
  });

  it('answers the public name, in the zone that AWS documents for accelerators', () => {
    for (const type of ['A', 'AAAA']) {
      template().hasResourceProperties('AWS::Route53::RecordSet', {
        Name: 'api.example.com.',
        Type: type,
        HostedZoneId: 'Z0000000000000',
        AliasTarget: {
          HostedZoneId: 'Z2BJ6XQ5FK7U4H',
          DNSName: {
            'Fn::GetAtt': [Match.stringLikeRegexp('Accelerator'), 'DualStackDnsName'],
          },
        },
      });
    }
    template().resourceCountIs('AWS::Route53::RecordSet', 2);
  });

  it('tells executors where the dials are, and lets each turn those of the regions it leads', () => {
    template().hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/litellm-ha/litellm/endpoint-groups',
    });
    const group = (region: string) => ({
      'Fn::GetAtt': [
        Match.stringLikeRegexp(`Region${region.replaceAll('-', '')}`),
        'EndpointGroupArn',
      ],
    });
    const rights = (RoleName: string, dials: readonly string[]) => ({
      RoleName,
      PolicyDocument: {
        Statement: [
          {
            Action: [
              'globalaccelerator:DescribeEndpointGroup',
              'globalaccelerator:UpdateEndpointGroup',
            ],
            Resource: dials.map(group),
          },
        ],
      },
    });
    template().hasResourceProperties(
      'AWS::IAM::RolePolicy',
      rights('litellm-failover-us-east-1', ['us-west-2']),
    );
    template().hasResourceProperties(
      'AWS::IAM::RolePolicy',
      rights('litellm-failover-us-west-2', ['us-east-1']),
    );
    template().resourceCountIs('AWS::IAM::RolePolicy', 2);
  });
});

describe('a region behind an accelerator', () => {
  it.each(REGIONS)(
    'writes down in %s where its load balancer is, and nothing of the name',
    (region) => {
      const found = templateOf(gateway(), region);
      found.hasResourceProperties('AWS::SSM::Parameter', {
        Name: '/litellm-ha/litellm/load-balancer',
        Value: { Ref: Match.stringLikeRegexp('LoadBalancer') },
      });
      found.resourceCountIs('AWS::Route53::HealthCheck', 0);
      const records = found.findResources('AWS::Route53::RecordSet', {
        Properties: { Name: 'api.example.com.' },
      });
      expect(records).toEqual({});
    },
  );

  it.each(REGIONS)(
    'refers in %s to nothing that the accelerator or another region makes',
    (region) => {
      const text = JSON.stringify(templateOf(gateway(), region).toJSON());
      expect(text).not.toMatch(
        /Fn::ImportValue|Fn::GetStackOutput|CrossRegionExport|ExportsOutput/,
      );
      expect(text).not.toMatch(/globalaccelerator:|Custom::RegionParameter/);
    },
  );

  it('keeps no switch, and tells the executor where to ask for the dials', () => {
    const found = templateOf(gateway(), 'us-east-1');
    expect(JSON.stringify(found.findResources('AWS::S3::Bucket'))).not.toContain('litellm-switch');
    found.hasResourceProperties('AWS::IAM::Role', { RoleName: 'litellm-failover-us-east-1' });
    found.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'ssm:GetParameter',
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':ssm:us-west-2:',
                  { Ref: 'AWS::AccountId' },
                  ':parameter/litellm-ha/litellm/endpoint-groups',
                ],
              ],
            },
          }),
        ]),
      },
    });
  });
});

describe('createAccelerator', () => {
  const PROPS: ActiveActiveProps = {
    config: aConfig(),
    secrets: { OPENAI_API_KEY: 'given' },
    domain: { name: 'api.example.com' },
    dataMode: 'regional-primaries',
    regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
  };

  const create = (app: App, steering: ActiveActiveProps['steering']): Accelerator | null =>
    createAccelerator(app, {
      topology: planActiveActive(
        resolveActiveActive({ ...PROPS, steering }, AWS_TRAITS).spec,
        AWS_TRAITS,
      ),
      zone: { hostedZoneId: 'Z0000000000000', zoneName: 'example.com' },
      regions: PROPS.regions.map(({ region }) => ({
        region,
        stack: new Stack(app, `made-elsewhere-${region}`, {
          env: { region, account: '111122223333' },
        }),
        ipv6: region === 'us-east-1',
        leads: [],
      })),
    });

  it('speaks no IPv6 as soon as the load balancer of one region does not', () => {
    const made = create(testApp(), { policy: 'anycast' });
    if (made === null) throw new Error('there is no accelerator');
    const found = Template.fromStack(Stack.of(made));

    expect(Stack.of(made).account).toBe('111122223333');
    found.hasResourceProperties('AWS::GlobalAccelerator::Accelerator', { IpAddressType: 'IPV4' });
    found.hasResourceProperties('AWS::Route53::RecordSet', {
      Type: 'A',
      AliasTarget: { DNSName: { 'Fn::GetAtt': [Match.anyValue(), 'DnsName'] } },
    });
    found.resourceCountIs('AWS::Route53::RecordSet', 1);
    found.resourceCountIs('AWS::IAM::RolePolicy', 0);
  });

  it('makes nothing where DNS leads clients', () => {
    const app = testApp();
    expect(create(app, { policy: 'latency' })).toBeNull();
    expect(app.node.tryFindChild('Accelerator')).toBeUndefined();
  });
});
