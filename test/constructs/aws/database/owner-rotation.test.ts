import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Compute, Database, type SingleRegionHAProps } from '../../../../constructs/aws';
import { build, buildDefaults, type Built, gatewayFolder, shortStreams } from '../support';

const TRANSFORM = 'AWS::SecretsManager-2024-09-16';

const VARIANTS: readonly (readonly [string, Partial<SingleRegionHAProps>])[] = [
  [
    'tasks on Fargate and RDS',
    {
      ...shortStreams(),
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
      database: Database.rds({ login: 'iam' }),
    },
  ],
  ['pods on EKS and Aurora', { database: Database.aurora({ login: 'iam' }) }],
];

describe.each(VARIANTS)('OwnerRotation with %s', (_, change) => {
  let built: Built;

  beforeAll(() => {
    built = build((props) => ({ ...props, ...change }));
  });

  it('changes the password of the owner every thirty days, and not before a deployment is through', () => {
    built.template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: findOnly(built.template, 'AWS::SecretsManager::SecretTargetAttachment') },
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
      RotateImmediatelyOnUpdate: false,
      HostedRotationLambda: {
        RotationType: 'PostgreSQLSingleUser',
        // A letter or a digit each: it may stand in an address again.
        ExcludeCharacters: ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
        VpcSubnetIds: Match.anyValue(),
      },
    });
    built.template.templateMatches({ Transform: TRANSFORM });
  });

  it('is no finding that had to be acknowledged', () => {
    const credentials = built.gateway.secrets.node.findChild('DatabaseCredentials');
    expect(JSON.stringify(credentials.node.metadata)).not.toContain('SMG4');
    const known = buildDefaults().gateway.secrets.node.findChild('DatabaseCredentials');
    expect(JSON.stringify(known.node.metadata)).toContain('SMG4');
  });

  it('waits for replicas that need no password', () => {
    const [schedule] = Object.values(
      built.template.findResources('AWS::SecretsManager::RotationSchedule'),
    );
    const before = (schedule?.['DependsOn'] as readonly string[]).join(' ');
    expect(before).toMatch(/ComputeWorkload|ComputeService/);
  });

  it('reaches the database and HTTPS, and nothing else', () => {
    const { stack, gateway, template } = built;
    const rotation = findOnly(template, 'AWS::EC2::SecurityGroup', /OwnerRotation/);
    const group = { 'Fn::GetAtt': [rotation, 'GroupId'] };
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: Match.stringLikeRegexp('^What changes the password'),
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
    });
    const door = stack.resolve(gateway.database.connections.securityGroups[0]?.securityGroupId);
    const port = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      ...port,
      GroupId: door,
      SourceSecurityGroupId: group,
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      ...port,
      GroupId: group,
      DestinationSecurityGroupId: door,
    });
  });
});

describe('createOwnerRotation', () => {
  it('leaves a password alone that replicas know', () => {
    const { gateway, template } = buildDefaults();
    expect(gateway.database.login).toBe('password');
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
    expect(template.toJSON()).not.toHaveProperty('Transform');
  });
});

function findOnly(template: Template, type: string, id = /./): string {
  const found = Object.keys(template.findResources(type)).filter((each) => id.test(each));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}
