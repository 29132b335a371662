// A gateway in two clusters: one serves, one follows it and takes over.
//   npx ts-node app.ts
//   kubectl --context us-east-1 apply -f dist/litellm-us-east-1.k8s.yaml
//   kubectl --context us-west-2 apply -f dist/litellm-us-west-2.k8s.yaml   (after copying the Secrets below)
//   kubectl --context us-west-2 apply -f dist/litellm-edge.k8s.yaml        (where ExternalDNS reads the source crd)
// Secrets that the standby needs under these names, each from the namespace litellm of us-east-1:
//   litellm-generated, litellm-postgres-app, provider-keys as they are,
//   litellm-postgres-ca as litellm-us-east-1-ca, litellm-postgres-replication as litellm-us-east-1-replication;
// and the last two the other way round, as litellm-us-west-2-…, before anything is led back.
import { App } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import { ActivePassive, Database, Monitoring, Secrets } from 'litellm-ha/k8s';

const app = new App();
const gateway = new ActivePassive(app, 'litellm', {
  config: GatewayConfig.fromYaml(`
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`),
  secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
  domain: { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
  primary: { region: 'us-east-1', healthCheckId: '5f1e3a52-0000-0000-0000-000000000001' },
  standby: {
    region: 'us-west-2',
    healthCheckId: '5f1e3a52-0000-0000-0000-000000000002',
    // Keys are made up once, in the first region.
    secretSource: Secrets.existing('litellm-generated'),
  },
  database: Database.cloudNativePg({
    serviceAnnotations: { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' },
  }),
  monitoring: Monitoring.prometheusOperator(),
  objectives: { rtoSeconds: 300, rpoSeconds: 60 },
});
for (const { failure, arithmetic } of gateway.recoveryObjectives.failures) {
  console.error(`${failure}: ${arithmetic}`);
}
app.synth();
