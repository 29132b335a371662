export { Compute } from './compute/compute';
export { Database } from './database/database';
export { GatewayDeployment, type GatewayDeploymentProps } from './deployment';
export { LoadBalancer } from './load-balancer/load-balancer';
export type {
  LocalCompute,
  LocalDatabase,
  LocalLoadBalancer,
  LocalPlan,
  LocalProbe,
  LocalProcess,
  LocalSecrets,
  LocalSimulatedProvider,
  SimulatedRoute,
} from './foundation/local-plan';
export { Network } from './network/network';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export { Region } from './region';
export { renderLocalPlan } from './render-local-plan';
export { Secrets } from './secrets/secrets';
export { SimulatedProvider } from './compute/simulated-provider';
