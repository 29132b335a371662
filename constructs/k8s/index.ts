export { Cache, type CacheBlockProps, type SentinelCache } from './cache';
export { Compute, type ComputeBlockProps } from './compute';
export { Database, type DatabaseBlockProps, type PatroniDatabase } from './database';
export { GatewayDeployment, type GatewayDeploymentProps } from './deployment';
export { LoadBalancer, type LoadBalancerBlockProps } from './load-balancer';
export { Network, type NetworkBlockProps } from './network';
export {
  SingleRegionHA,
  type IngressDomainProps,
  type SingleRegionHAProps,
} from './patterns/single-region-ha';
export { Pooler, type PoolerProps } from './pooler';
export { Region, type RegionHandles } from './region';
export { Secrets, type SecretsBlockProps } from './secrets';
export {
  Workload,
  renderWorkload,
  type SecretKeyReference,
  type WorkloadProgram,
  type WorkloadProps,
} from './workload';
export { GatewayConfig } from '../../lib';
