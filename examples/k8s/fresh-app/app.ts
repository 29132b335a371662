// A gateway in a cluster of its own making: PostgreSQL under Patroni, Redis with Sentinels, a route at a Gateway
// of the Gateway API that the cluster has.
//   npx ts-node app.ts && kubectl apply -f dist/
import { App } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import { LoadBalancer, SingleRegionHA } from 'litellm-ha/k8s';

const app = new App();
const gateway = new SingleRegionHA(app, 'litellm', {
  config: GatewayConfig.fromYaml(`
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`),
  // kubectl create secret generic provider-keys --namespace litellm --from-literal=openai=…
  secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
  domain: { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
  loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public', gatewayNamespace: 'gateways' }),
});
for (const { path, message } of gateway.warnings) console.error(`${path}: ${message}`);
app.synth();
