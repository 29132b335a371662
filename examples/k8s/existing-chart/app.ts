// A gateway in a chart that holds other things, beside a PostgreSQL and a Redis that are there, with secrets of a manager.
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import { Cache, Database, Secrets, SingleRegionHA } from 'litellm-ha/k8s';

const app = new App();
const platform = new Chart(app, 'platform', { labels: { team: 'platform' } });
new ApiObject(platform, 'banner', {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'banner' },
});

const gateway = new SingleRegionHA(platform, 'Gateway', {
  name: 'models',
  config: GatewayConfig.fromYaml(`
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`),
  secretSource: Secrets.external({ secretStore: { name: 'vault' }, remoteKey: 'models/gateway' }),
  secrets: { OPENAI_API_KEY: Secrets.remote('providers/openai', 'api-key') },
  domain: { name: 'models.example.com' },
  database: Database.existing({
    host: 'postgres.data.svc',
    password: { secretName: 'models-postgres', key: 'password' },
    sslMode: 'require',
  }),
  cache: Cache.existing({
    reachedBy: { kind: 'address', endpoint: { host: 'redis.data.svc', port: 6379 } },
    password: { secretName: 'models-redis', key: 'password' },
    tls: 'off',
  }),
});

// Whatever no prop sets can be patched: every object is a field, or found with gateway.node.findAll().
gateway.compute.workload.deployment.addJsonPatch(JsonPatch.replace('/spec/minReadySeconds', 30));
app.synth();
