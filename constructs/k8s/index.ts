export { Autoscaling, type AutoscalingBlockProps, type KedaAutoscaling } from './autoscaling';
export {
  Backup,
  type BackupBlockProps,
  type BackupTarget,
  type ObjectStorageBackup,
  type ObjectStorageCredentials,
  type VolumeBackup,
} from './backup';
export { Cache, type CacheBlockProps, type SentinelCache } from './cache';
export { Certificate, type CertificateBlockProps, type CertificateIssuer } from './certificate';
export { Chaos, type ChaosBlockProps, type ChaosMesh } from './chaos';
export { Compute, type ComputeBlockProps } from './compute';
export { Database, type DatabaseBlockProps, type PatroniDatabase } from './database';
export { GatewayDeployment, type GatewayDeploymentProps } from './deployment';
export { HttpRoute, type HttpRouteBlockProps } from './http-route';
export { LoadTest, type K6LoadTest, type LoadTestBlockProps } from './load-test';
export {
  LoadBalancer,
  type HttpRouteLoadBalancer,
  type IngressLoadBalancer,
  type LoadBalancerBlockProps,
  type LoadBalancerTarget,
} from './load-balancer';
export {
  Monitoring,
  type MonitoringBlockProps,
  type PrometheusOperator,
  type PrometheusOperatorProps,
} from './monitoring';
export { Network, type NetworkBlockProps } from './network';
export type { IngressDomainProps } from './props';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
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
