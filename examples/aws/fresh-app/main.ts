import { join } from 'node:path';
import { App, CfnOutput, Stack, type AppProps } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Backup, GatewayConfig, Monitoring, SingleRegionHA } from 'litellm-ha/aws';

/**
 * A gateway in an account of its own: network, EKS, RDS, cache, firewall and alarms are all created. Before the first
 * deployment, store the two keys in Secrets Manager under the names below, and name your own zone.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props);
  const stack = new Stack(app, 'Gateway', { env: { region: 'eu-west-1' } });

  const gateway = new SingleRegionHA(stack, 'Gateway', {
    config: GatewayConfig.fromFile(join(__dirname, '..', 'config.yaml')),
    secrets: {
      OPENAI_API_KEY: Secret.fromSecretNameV2(stack, 'OpenAi', 'gateway/openai'),
      ANTHROPIC_API_KEY: Secret.fromSecretNameV2(stack, 'Anthropic', 'gateway/anthropic'),
    },
    domain: {
      name: 'api.example.com',
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z0000000000EXAMPLE',
        zoneName: 'example.com',
      }),
    },
    backup: Backup.vault(),
    monitoring: Monitoring.cloudWatch({ canary: { model: 'chat' } }),
    objectives: { rtoSeconds: 60, uptimePercent: 99.9 },
  });

  gateway.alarmTopic.addSubscription(new EmailSubscription('on-call@example.com'));
  new CfnOutput(stack, 'Alarms', { value: gateway.alarmTopic.topicArn });
  return app;
}

if (require.main === module) createApp().synth();
