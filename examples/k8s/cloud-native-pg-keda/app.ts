// A gateway for a cluster that runs CloudNativePG, KEDA, the Prometheus Operator and a Gateway.
import { App } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import {
  Autoscaling,
  Backup,
  Cache,
  Database,
  LoadBalancer,
  Monitoring,
  SingleRegionHA,
} from 'litellm-ha/k8s';

const credentials = { secretName: 'object-storage' };

const app = new App();
new SingleRegionHA(app, 'litellm', {
  config: GatewayConfig.fromYaml(`
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`),
  secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
  domain: { name: 'api.example.com' },
  loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public', gatewayNamespace: 'edge' }),
  // 50 replicas open 500 connections; the rule database.connection-budget asks for room for them.
  database: Database.cloudNativePg({
    maxConnections: 600,
    archive: { bucket: 'litellm-postgres', credentials },
  }),
  cache: Cache.cluster(),
  autoscaling: Autoscaling.keda({
    prometheusAddress: 'http://prometheus.monitoring.svc:9090',
    maxReplicas: 50,
  }),
  monitoring: Monitoring.prometheusOperator({ labels: { release: 'kube-prometheus-stack' } }),
  backup: Backup.objectStorage({ bucket: 'litellm-dumps', credentials }),
  migrationRollout: 'argo-cd',
});
app.synth();
