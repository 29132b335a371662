// A gateway in three clusters that all serve, each with a PostgreSQL of its own that takes writes.
import { App } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import { ActiveActive, Secrets } from 'litellm-ha/k8s';

const app = new App();
new ActiveActive(app, 'litellm', {
  config: GatewayConfig.fromYaml(`
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`),
  // One entry of the secret manager for all regions: they must know the same keys.
  secretSource: Secrets.external({ secretStore: { name: 'vault' }, remoteKey: 'litellm/gateway' }),
  secrets: { OPENAI_API_KEY: Secrets.remote('providers/openai', 'api-key') },
  domain: { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
  dataMode: 'regional-primaries',
  regions: [
    { region: 'us-east-1', healthCheckId: '5f1e3a52-0000-0000-0000-000000000001' },
    { region: 'eu-west-1', healthCheckId: '5f1e3a52-0000-0000-0000-000000000002' },
    { region: 'ap-southeast-1', healthCheckId: '5f1e3a52-0000-0000-0000-000000000003' },
  ],
});
app.synth();
