import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ActivePassive, Cache, Compute, Database } from '../../../../constructs/aws';
import { maskAssetHashes } from '../../../../constructs/aws/testing';
import { gatewayFolder, shortStreams, testApp } from '../support';
import { buildActivePassive, leastActivePassive, templateOf } from '../multi-region-support';

let built: ActivePassive | null = null;

/** Synthesized once for all tests that only look at it. */
function defaults(): ActivePassive {
  built ??= buildActivePassive();
  return built;
}

const primary = (): Template => templateOf(defaults(), 'us-east-1');
const standby = (): Template => templateOf(defaults(), 'us-west-2');

describe('ActivePassive', () => {
  it('makes one stack for each region, the standby after the primary', () => {
    const [first, second] = defaults().regions;
    expect(first?.stack).toMatchObject({ region: 'us-east-1', stackName: 'litellm-us-east-1' });
    expect(second?.stack).toMatchObject({ region: 'us-west-2', stackName: 'litellm-us-west-2' });
    expect(second?.stack.dependencies).toEqual([first?.stack]);
    expect(first?.stack.dependencies).toEqual([]);
  });

  it('answers under its name and promises what follows from its topology', () => {
    const { url, recoveryObjectives } = defaults();
    expect(url).toBe('https://api.example.com');
    expect(recoveryObjectives.failures.map(({ failure }) => failure)).toContain('region');
  });

  it.each([
    ['EKS and RDS', {}],
    [
      'Fargate and Aurora',
      () => ({
        ...shortStreams(),
        dataMode: 'global-database' as const,
        compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
      }),
    ],
  ])('refers in no stack on %s to what the other makes', (_, change) => {
    const gateway = buildActivePassive(typeof change === 'function' ? change() : change);
    for (const { stack, region } of gateway.regions) {
      const text = JSON.stringify(templateOf(gateway, region).toJSON());
      expect(text).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|CrossRegionExport/);
      expect(text).not.toContain('ExportsOutput');
      expect(stack.nestedStackParent).toBeUndefined();
    }
  });

  it('synthesizes a standby that names the primary in plain text alone', () => {
    standby().hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'litellm-us-west-2',
      SourceDBInstanceIdentifier: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':rds:us-east-1:',
            { Ref: 'AWS::AccountId' },
            ':db:litellm-us-east-1',
          ],
        ],
      },
      StorageEncrypted: Match.absent(),
      KmsKeyId: Match.anyValue(),
      StorageType: 'gp3',
      MultiAZ: true,
      DeletionProtection: true,
      BackupRetentionPeriod: 30,
    });
    primary().hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'litellm-us-east-1',
      SourceDBInstanceIdentifier: Match.absent(),
    });
  });

  it('copies the keys of the primary, and makes none of its own but the token of the cache', () => {
    primary().hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'litellm/salt-key',
      ReplicaRegions: [{ Region: 'us-west-2' }],
    });
    const copied = ['litellm/master-key', 'litellm/salt-key', 'litellm/database'];
    const names = (template: Template): readonly unknown[] =>
      Object.values(template.findResources('AWS::SecretsManager::Secret')).map(
        ({ Properties }) => (Properties as { readonly Name?: string }).Name ?? null,
      );
    expect(names(primary())).toEqual(expect.arrayContaining(copied));
    expect(names(standby())).toEqual([null]);
    expect(JSON.stringify(standby().toJSON())).toContain('litellm/salt-key');
  });

  it('leads clients to the primary while it answers and is open, and to the standby without condition', () => {
    const check = (template: Template, type: string) =>
      template.findResources('AWS::Route53::HealthCheck', {
        Properties: { HealthCheckConfig: { Type: type } },
      });
    primary().hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'api.example.com.',
      Type: 'A',
      Failover: 'PRIMARY',
      SetIdentifier: 'us-east-1',
      HealthCheckId: {
        'Fn::GetAtt': [Object.keys(check(primary(), 'CALCULATED'))[0], 'HealthCheckId'],
      },
    });
    expect(Object.keys(check(primary(), 'HTTPS'))).toHaveLength(2);
    primary().hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        ResourcePath: '/health/region',
        RequestInterval: 10,
        FailureThreshold: 3,
        EnableSNI: true,
      },
    });
    primary().hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        ResourcePath: '/closed/us-east-1',
        Inverted: true,
        FullyQualifiedDomainName: {
          'Fn::Join': [
            '',
            [
              'litellm-switch-',
              { Ref: 'AWS::AccountId' },
              '-us-west-2.s3.us-west-2.',
              { Ref: 'AWS::URLSuffix' },
            ],
          ],
        },
      },
    });
    standby().hasResourceProperties('AWS::Route53::RecordSet', {
      Failover: 'SECONDARY',
      HealthCheckId: Match.absent(),
      AliasTarget: { EvaluateTargetHealth: false },
    });
    standby().resourceCountIs('AWS::Route53::HealthCheck', 0);
  });

  it('keeps the switch of the primary in the standby, for everybody to read and nobody to list', () => {
    standby().hasResourceProperties('AWS::S3::Bucket', {
      BucketName: {
        'Fn::Join': ['', ['litellm-switch-', { Ref: 'AWS::AccountId' }, '-us-west-2']],
      },
    });
    standby().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'HealthChecksLook',
            Action: 's3:GetObject',
            Effect: 'Allow',
            Principal: { AWS: '*' },
          }),
        ]),
      },
    });
    primary().resourcePropertiesCountIs('AWS::S3::Bucket', { BucketName: Match.anyValue() }, 0);
  });

  it('calls somebody when the standby lags more than is promised', () => {
    standby().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ReplicaLag',
      Threshold: 30,
      TreatMissingData: 'breaching',
      AlarmDescription: Match.stringLikeRegexp('region-replica-lag.md$'),
    });
  });

  it('runs a warm standby that knows the other region and leaves the schema alone', () => {
    const manifests = JSON.stringify(
      standby().findResources('Custom::AWSCDK-EKS-KubernetesResource'),
    ).replaceAll('\\', '');
    expect(manifests).toContain('"name":"LITELLM_HA_REGIONS","value":"us-east-1,us-west-2"');
    expect(manifests).toContain('"name":"DISABLE_SCHEMA_UPDATE","value":"true"');
    expect(manifests).toContain('"minReplicas":2');
    expect(manifests).not.toContain('"kind":"Job"');
  });

  it('keeps both machines in the standby, with log and traces, and rehearses the failover', () => {
    primary().resourceCountIs('AWS::StepFunctions::StateMachine', 0);
    for (const kind of ['failover', 'failback']) {
      standby().hasResourceProperties('AWS::StepFunctions::StateMachine', {
        StateMachineName: `litellm-${kind}-us-east-1`,
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ALL' },
      });
    }
    standby().hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'cron(0 9 ? * TUE *)',
      Targets: [Match.objectLike({ Input: '{"mode":"rehearsal"}' })],
    });
    for (const template of [primary(), standby()]) {
      template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'litellm-failover' });
    }
  });

  it('spans one Aurora database over both regions, whose second part has no user of its own', () => {
    const gateway = buildActivePassive({ dataMode: 'global-database' });
    templateOf(gateway, 'us-east-1').hasResourceProperties('AWS::RDS::GlobalCluster', {
      GlobalClusterIdentifier: 'litellm-global',
      StorageEncrypted: true,
      DeletionProtection: true,
    });
    const second = templateOf(gateway, 'us-west-2');
    second.resourceCountIs('AWS::RDS::GlobalCluster', 0);
    second.hasResourceProperties('AWS::RDS::DBCluster', {
      GlobalClusterIdentifier: 'litellm-global',
      MasterUsername: Match.absent(),
      MasterUserPassword: Match.absent(),
      DatabaseName: Match.absent(),
      EnableGlobalWriteForwarding: Match.absent(),
      StorageEncrypted: true,
      KmsKeyId: Match.anyValue(),
    });
    second.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'AuroraGlobalDBReplicationLag',
      Threshold: 30_000,
    });
  });

  it('migrates in the primary alone on Fargate', () => {
    const gateway = buildActivePassive({
      ...shortStreams(),
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    });
    templateOf(gateway, 'us-east-1').resourceCountIs('Custom::GatewayMigration', 1);
    templateOf(gateway, 'us-west-2').resourceCountIs('Custom::GatewayMigration', 0);
  });

  it('stands in stacks that are brought', () => {
    const app = testApp();
    const stacks = ['us-east-1', 'us-west-2'].map(
      (region) => new Stack(app, `Mine-${region}`, { env: { region } }),
    );
    const gateway = buildActivePassive(
      {
        primary: { region: 'us-east-1', stack: stacks[0] },
        standby: { region: 'us-west-2', stack: stacks[1] },
      },
      app,
    );
    expect(gateway.regions.map(({ stack }) => stack)).toEqual(stacks);
    for (const stack of stacks) Template.fromStack(stack).resourceCountIs('AWS::EKS::Cluster', 1);
  });

  const rejections: readonly (readonly [string, () => unknown, string])[] = [
    [
      'a stack of another region',
      () => {
        const app = testApp();
        const stack = new Stack(app, 'Mine', { env: { region: 'eu-west-1' } });
        return buildActivePassive({ primary: { region: 'us-east-1', stack } }, app);
      },
      "primary.stack must be a stack of us-east-1, got one of eu-west-1; create it with env: { region: 'us-east-1' }",
    ],
    [
      'a stack that names no region',
      () => {
        const app = testApp();
        return buildActivePassive(
          { primary: { region: 'us-east-1', stack: new Stack(app, 'Mine') } },
          app,
        );
      },
      "primary.stack must be a stack of us-east-1, got one that names no region; create it with env: { region: 'us-east-1' }",
    ],
    [
      'stacks of two accounts',
      () => {
        const app = testApp();
        const stack = (region: string, account: string): Stack =>
          new Stack(app, `Mine-${region}`, { env: { region, account } });
        return buildActivePassive(
          {
            primary: { region: 'us-east-1', stack: stack('us-east-1', '111111111111') },
            standby: { region: 'us-west-2', stack: stack('us-west-2', '222222222222') },
          },
          app,
        );
      },
      'stack must be of the same account in every region, because regions find each other by names in it, got ' +
        '111111111111 and 222222222222; create all of them in one account',
    ],
    [
      'a zone that a stack makes',
      () => {
        const zone = new PublicHostedZone(new Stack(testApp(), 'Zones'), 'Zone', {
          zoneName: 'example.com',
        });
        return buildActivePassive({ domain: { name: 'api.example.com', zone } });
      },
      'domain.zone must have an id that is known, because no region may depend on a stack that makes it, got a zone that a ' +
        'stack makes; write its hostedZoneId and zoneName',
    ],
    [
      'a database that does not fit its data mode',
      () => buildActivePassive({ database: Database.aurora() }),
      'database must be Database.rds() in data mode shared-writer (Amazon RDS with cross-Region read replicas), got ' +
        'Database.aurora(); leave it out, or choose the other dataMode',
    ],
    [
      'one cache for two regions',
      () => {
        const app = testApp();
        const token = Secret.fromSecretNameV2(new Stack(app, 'Mine'), 'Token', 'redis/token');
        const cache = Cache.existing({ host: 'redis.internal', token, securityGroups: [] });
        return buildActivePassive({ cache }, app);
      },
      'standby.cache must be a cache of that region, because a gateway counts wherever it serves, also when other regions ' +
        'are lost, got the one of us-east-1; name one of its own, or leave it out and one is created',
    ],
    [
      'a scope outside an app',
      () =>
        new ActivePassive(new Construct(undefined as never, ''), 'Gateway', leastActivePassive()),
      'scope must be an aws-cdk-lib App or Stage, or a construct in one, got a tree whose root is Construct; pass new App()',
    ],
  ];

  it.each(rejections)('rejects %s', (_, create, message) => {
    expect(create).toThrow(new Error(`litellm on aws: 1 problem\n  - ${message}`));
  });

  it('rejects two regions in one stack', () => {
    const app = testApp();
    const stack = new Stack(app, 'Mine', { env: { region: 'us-east-1' } });
    expect(() =>
      buildActivePassive(
        { primary: { region: 'us-east-1', stack }, standby: { region: 'us-west-2', stack } },
        app,
      ),
    ).toThrow(
      new Error(
        'litellm on aws: 2 problems\n' +
          "  - standby.stack must be a stack of us-west-2, got one of us-east-1; create it with env: { region: 'us-west-2' }\n" +
          '  - standby.stack must be a stack of its own, because each region is deployed without the others, got Mine; ' +
          'create a stack for each region',
      ),
    );
  });

  it.each(['us-east-1', 'us-west-2'])('changes its template of %s only on purpose', (region) => {
    expect(maskAssetHashes(templateOf(defaults(), region).toJSON())).toMatchSnapshot();
  });

  it('is synthesized the same way each time', () => {
    const [one, other] = [testApp(), testApp()].map((app) =>
      JSON.stringify(templateOf(buildActivePassive({}, app), 'us-west-2').toJSON()).replace(
        /[0-9a-f]{64}/g,
        '',
      ),
    );
    expect(one).toBe(other);
  });
});
