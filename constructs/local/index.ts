// What users create.
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export { renderLocalPlan } from './foundation/local-plan';

// What they read of a deployment.
export type { GatewayDeployment } from './deployment';
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
export type { Region } from './region';
