import { Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Compute, Database } from '../../../../constructs/aws';
import { build, gatewayFolder, shortStreams, testApp, testStack } from '../support';

describe('ExistingDatabase', () => {
  it('is used as it is: no instance, no password and no alarm is made for it', () => {
    const app = testApp();
    const platform = new Stack(app, 'Platform');
    const vpc = new Vpc(platform, 'Vpc', { maxAzs: 2 });
    const server = new rds.DatabaseCluster(platform, 'Shared', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({
        version: rds.AuroraPostgresEngineVersion.VER_16_11,
      }),
      writer: rds.ClusterInstance.serverlessV2('Writer'),
      vpc,
    });
    const { stack, gateway, template } = build(
      (props, scope) => ({
        ...props,
        zones: 2,
        vpc,
        ...shortStreams(),
        compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
        database: Database.existing({
          server,
          credentials: new Secret(scope, 'Credentials'),
          userName: 'gateway',
          databaseName: 'spend',
        }),
      }),
      testStack({}, app),
    );
    template.resourceCountIs('AWS::RDS::DBInstance', 0);
    template.resourceCountIs('AWS::RDS::DBCluster', 0);
    expect(gateway.monitoring.alertNames.join()).not.toContain('Database');
    expect(Object.keys(template.findResources('AWS::SecretsManager::Secret')).join()).not.toContain(
      'DatabaseCredentials',
    );
    const [url] = Object.entries(template.findResources('AWS::SecretsManager::Secret'))
      .filter(([id]) => id.includes('WriterUrl'))
      .map(([, secret]) => JSON.stringify(secret['Properties'].SecretString));
    expect(url).toContain('postgresql://gateway:');
    expect(url).toContain(':5432/spend?');
    // The rule that lets replicas in stands here, so the platform never depends on this stack.
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      Description: 'Replicas of the gateway',
    });
    expect(stack.dependencies).toEqual([platform]);
    expect(platform.dependencies).toEqual([]);
  });

  it('reads where it writes from a single instance', () => {
    const { gateway } = build((props, scope) => ({
      ...props,
      database: Database.existing({
        server: rds.DatabaseInstance.fromDatabaseInstanceAttributes(scope, 'Server', {
          instanceIdentifier: 'shared',
          instanceEndpointAddress: 'shared.example.internal',
          port: 5432,
          securityGroups: [],
        }),
        credentials: new Secret(scope, 'Credentials'),
      }),
    }));
    expect(gateway.database.writer).toEqual({ host: 'shared.example.internal', port: 5432 });
    expect(gateway.database.reader).toEqual(gateway.database.writer);
  });
});
