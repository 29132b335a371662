import { Match } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { ActiveActive } from '../../../../constructs/aws';
import { maskAssetHashes } from '../../../../constructs/aws/testing';
import { buildActiveActive, templateOf } from '../multi-region-support';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
let built: ActiveActive | null = null;

/** Synthesized once for all tests that only look at it. */
function defaults(): ActiveActive {
  built ??= buildActiveActive();
  return built;
}

describe('ActiveActive', () => {
  it('makes one stack for each region, the others after the first', () => {
    const [first, ...others] = defaults().regions.map(({ stack }) => stack);
    expect([first, ...others].map((stack) => stack?.region)).toEqual(REGIONS);
    for (const stack of others) expect(stack.dependencies).toEqual([first]);
  });

  it.each(REGIONS)('refers in %s to nothing that another region makes', (region) => {
    const text = JSON.stringify(templateOf(defaults(), region).toJSON());
    expect(text).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|CrossRegionExport|ExportsOutput/);
  });

  it.each(REGIONS)(
    'leads clients of the shortest way to %s while it answers and is open',
    (region) => {
      const template = templateOf(defaults(), region);
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        SetIdentifier: region,
        Region: region,
        Type: 'A',
        HealthCheckId: Match.anyValue(),
        AliasTarget: { EvaluateTargetHealth: true },
      });
      template.resourceCountIs('AWS::Route53::HealthCheck', 3);
    },
  );

  it('changes the template of a region that leads a failover only on purpose', () => {
    expect(maskAssetHashes(templateOf(defaults(), 'eu-west-1').toJSON())).toMatchSnapshot();
  });

  it('keeps the switch of each region in the one that takes its place', () => {
    const heldIn = (region: string): string => {
      const checks = templateOf(defaults(), region).findResources('AWS::Route53::HealthCheck', {
        Properties: { HealthCheckConfig: { Inverted: true } },
      });
      return JSON.stringify(checks);
    };
    expect(heldIn('us-east-1')).toContain('-eu-west-1.s3.eu-west-1.');
    expect(heldIn('eu-west-1')).toContain('-us-east-1.s3.us-east-1.');
    expect(heldIn('ap-southeast-2')).toContain('-us-east-1.s3.us-east-1.');
  });

  it('offers metrics and the key of the administrator in each region', () => {
    const gateway = buildActiveActive();
    for (const { stack, parts } of gateway.regions) {
      const name = stack.resolve(parts.loadBalancer.resource.loadBalancerFullName);
      expect(stack.resolve(parts.metricRequests().dimensions)).toEqual({ LoadBalancer: name });
      expect(parts.metricInFlight().expression).toContain('requests');
      const reader = new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() });
      expect(parts.grantReadMasterKey(reader).success).toBe(true);
    }
  });

  it('leads each failover from a region that is not the lost one', () => {
    const machines = defaults().regions.map(({ region, failover }) => ({
      region,
      leads: failover.machines.map(({ procedure }) => `${procedure.kind} of ${procedure.region}`),
    }));
    expect(machines).toEqual([
      {
        region: 'us-east-1',
        leads: [
          'failover of eu-west-1',
          'failback of eu-west-1',
          'failover of ap-southeast-2',
          'failback of ap-southeast-2',
        ],
      },
      { region: 'eu-west-1', leads: ['failover of us-east-1', 'failback of us-east-1'] },
      { region: 'ap-southeast-2', leads: [] },
    ]);
  });

  it('sends writes of each region on to the writer, through readers of its own', () => {
    for (const region of REGIONS.slice(1)) {
      const template = templateOf(defaults(), region);
      template.hasResourceProperties('AWS::RDS::DBCluster', {
        GlobalClusterIdentifier: 'litellm-global',
        EnableGlobalWriteForwarding: true,
      });
    }
    templateOf(defaults(), 'us-east-1').hasResourceProperties('AWS::RDS::DBCluster', {
      EnableGlobalWriteForwarding: Match.absent(),
      MasterUsername: Match.anyValue(),
    });
  });

  it('leads clients by their place, and those of no known place to the first region', () => {
    const gateway = buildActiveActive({
      regions: [
        { region: 'us-east-1', continents: ['NA', 'SA'] },
        { region: 'eu-west-1', continents: ['EU'] },
      ],
      steering: { policy: 'geolocation' },
    });
    const places = (region: string): readonly unknown[] =>
      Object.values(
        templateOf(gateway, region).findResources('AWS::Route53::RecordSet', {
          Properties: { Type: 'A' },
        }),
      ).map(({ Properties }) => (Properties as { readonly GeoLocation: unknown }).GeoLocation);
    expect(places('us-east-1')).toEqual([
      { ContinentCode: 'NA' },
      { ContinentCode: 'SA' },
      { CountryCode: '*' },
    ]);
    expect(places('eu-west-1')).toEqual([{ ContinentCode: 'EU' }]);
  });

  it.each([
    [
      'an accelerator that is lost together with the writer',
      () =>
        buildActiveActive({
          regions: [{ region: 'us-west-2' }, { region: 'eu-west-1' }],
          steering: { policy: 'anycast' },
        }),
      'regions[0].region must be another region than us-west-2, where alone AWS Global Accelerator UpdateEndpointGroup is ' +
        'answered: lost together with it, the region could not be closed, got "us-west-2"; let another region take the ' +
        'writes, or choose another steering.policy',
    ],
    [
      'ranges that overlap',
      () =>
        buildActiveActive({
          regions: [
            { region: 'us-east-1', cidr: '10.0.0.0/16' },
            { region: 'eu-west-1', cidr: '10.0.0.0/16' },
          ],
        }),
      'regions[1].cidr must not overlap regions[0].cidr (10.0.0.0/16, 65536 addresses), got 10.0.0.0/16; choose a range of its own',
    ],
    [
      'a promise that no asynchronous database keeps',
      () => buildActiveActive({ objectives: { rpoSeconds: 0 } }),
      'objectives.rpoSeconds must be above 0 in data mode global-database, which acknowledges a write before another region ' +
        'has it (0 s + a lag of 1 s = 1 s lost with a region — Amazon Aurora User Guide, "Aurora Global Database": typically ' +
        "under a second), got 0; demand 1 or more, or use ActiveActive with dataMode 'distributed-sql'",
    ],
  ])('rejects %s', (_, create, message) => {
    expect(create).toThrow(new Error(`litellm on aws: 1 problem\n  - ${message}`));
  });
});
