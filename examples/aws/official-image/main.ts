import { join } from 'node:path';
import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Compute, GatewayConfig, SingleRegionHA } from 'litellm-ha/aws';

/**
 * The official LiteLLM image under the same infrastructure. It starts more slowly, needs more memory, and migrates its
 * database by itself. Replace the digest by that of the release you have tested.
 */
const IMAGE =
  'ghcr.io/berriai/litellm@sha256:0000000000000000000000000000000000000000000000000000000000000000';

export function createApp(props: AppProps = {}): App {
  const app = new App(props);
  const stack = new Stack(app, 'Gateway', { env: { region: 'eu-west-1' } });

  new SingleRegionHA(stack, 'Gateway', {
    config: GatewayConfig.fromFile(join(__dirname, '..', 'config.yaml')),
    image: { reference: IMAGE },
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
    compute: Compute.eks({ cpuMillicores: 1000, memoryMib: 4096 }),
  });
  return app;
}

if (require.main === module) createApp().synth();
