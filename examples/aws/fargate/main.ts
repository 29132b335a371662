import { join } from 'node:path';
import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  Cache,
  Chaos,
  Compute,
  Database,
  GatewayConfig,
  SingleRegionHA,
  WebFirewall,
} from 'litellm-ha/aws';

/**
 * A gateway without a cluster to keep: tasks on Fargate, Aurora, a cache in cluster mode, and experiments that break them.
 * Streams are bounded by what Fargate gives a task to stop: 120 s, of which 90 are left for a stream.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props);
  const stack = new Stack(app, 'Gateway', { env: { region: 'eu-west-1' } });

  new SingleRegionHA(stack, 'Gateway', {
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
    compute: Compute.fargate({ requestsPerReplica: 900 }),
    database: Database.aurora(),
    cache: Cache.cluster({ shards: 2 }),
    firewall: WebFirewall.managed({ requestsPerAddress: 5000 }),
    chaos: Chaos.faultInjection(),
  });
  return app;
}

if (require.main === module) createApp().synth();
