import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { ActiveActive, Database, GatewayConfig } from 'litellm-ha/aws';

/**
 * A gateway that serves in three regions. Clients are led the shortest way; writes go to one Aurora database, of which each
 * region has a copy. Store the two keys in Secrets Manager, replicated to all regions, and name your own zone.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props);
  new ActiveActive(app, 'Gateway', {
    config: GatewayConfig.fromFile(join(__dirname, '..', 'config.yaml')),
    secrets: { OPENAI_API_KEY: 'gateway/openai', ANTHROPIC_API_KEY: 'gateway/anthropic' },
    domain: {
      name: 'api.example.com',
      zone: { hostedZoneId: 'Z0000000000EXAMPLE', zoneName: 'example.com' },
    },
    regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }, { region: 'ap-southeast-2' }],
    dataMode: 'global-database',
    database: Database.aurora({ maxConnections: 700 }),
    failover: { rehearsed: 'weekly' },
  });
  return app;
}

if (require.main === module) createApp().synth();
