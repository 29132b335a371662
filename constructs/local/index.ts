export { Compute } from './compute';
export { Database } from './database';
export { GatewayDeployment, type GatewayDeploymentProps } from './deployment';
export { LoadBalancer } from './load-balancer';
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
} from './local-plan';
export { Network } from './network';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export { Region } from './region';
export { renderLocalPlan } from './render-local-plan';
export { Secrets } from './secrets';
export { SimulatedProvider } from './simulated-provider';
