import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { ActivePassive, GatewayConfig } from 'litellm-ha/aws';

/**
 * A gateway that serves in one region and waits in a second one. Before the first deployment, store the two keys in Secrets
 * Manager under the names below, have them replicated to the second region, and name your own zone.
 *
 * `cdk deploy --all` makes the primary first. Later each stack is deployed alone, also while the other region is gone:
 * `cdk deploy --exclusively litellm-us-west-2`.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props);
  new ActivePassive(app, 'Gateway', {
    config: GatewayConfig.fromFile(join(__dirname, '..', 'config.yaml')),
    secrets: { OPENAI_API_KEY: 'gateway/openai', ANTHROPIC_API_KEY: 'gateway/anthropic' },
    domain: {
      name: 'api.example.com',
      zone: { hostedZoneId: 'Z0000000000EXAMPLE', zoneName: 'example.com' },
    },
    primary: { region: 'us-east-1' },
    standby: { region: 'us-west-2' },
    dataMode: 'global-database',
    objectives: { rpoSeconds: 60 },
  });
  return app;
}

if (require.main === module) createApp().synth();
