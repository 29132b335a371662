import { join } from 'node:path';
import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Database, GatewayConfig, Monitoring, SingleRegionHA } from 'litellm-ha/aws';

/**
 * A gateway among things that are there already: network, database, zone, keys and the topic of the pager are those of the
 * platform's stack, handed over as they are. The platform never comes to depend on the gateway.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props);

  const platform = new Stack(app, 'Platform', { env: { region: 'eu-west-1' } });
  const vpc = new Vpc(platform, 'Vpc', {
    availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    natGateways: 3,
  });
  const zone = new PublicHostedZone(platform, 'Zone', { zoneName: 'example.com' });
  const pager = new Topic(platform, 'Pager');
  const server = new rds.DatabaseCluster(platform, 'Database', {
    engine: rds.DatabaseClusterEngine.auroraPostgres({
      version: rds.AuroraPostgresEngineVersion.VER_16_11,
    }),
    writer: rds.ClusterInstance.serverlessV2('Writer'),
    readers: [rds.ClusterInstance.serverlessV2('Reader', { scaleWithWriter: true })],
    vpc,
  });

  const stack = new Stack(app, 'Gateway', { env: { region: 'eu-west-1' } });
  const gateway = new SingleRegionHA(stack, 'Gateway', {
    config: GatewayConfig.fromFile(join(__dirname, '..', 'config.yaml')),
    secrets: {
      OPENAI_API_KEY: Secret.fromSecretNameV2(stack, 'OpenAi', 'platform/openai'),
      ANTHROPIC_API_KEY: Secret.fromSecretNameV2(stack, 'Anthropic', 'platform/anthropic'),
    },
    domain: { name: 'llm.example.com', zone },
    vpc,
    database: Database.existing({
      server,
      credentials: Secret.fromSecretNameV2(stack, 'DatabaseUser', 'platform/gateway-database'),
      userName: 'gateway',
      databaseName: 'gateway',
    }),
    monitoring: Monitoring.cloudWatch({
      alarmTopic: pager,
      runbookBaseUrl: 'https://wiki.example.com/runbooks',
    }),
  });

  // What is made can be used like anything else in the app.
  const keyIssuer = new Role(stack, 'KeyIssuer', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  gateway.grantReadMasterKey(keyIssuer);
  new Alarm(stack, 'Quiet', {
    metric: gateway.metricRequests(),
    threshold: 1,
    evaluationPeriods: 30,
    alarmDescription: 'Nobody has asked anything for half an hour',
  }).addAlarmAction(new SnsAction(pager));
  return app;
}

if (require.main === module) createApp().synth();
