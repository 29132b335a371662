export type { ObjectStorageCredentials } from './foundation/object-storage-credentials';
export { type SecretKeyReference } from './foundation/secret-key-reference';
export { ActiveActive } from './patterns/active-active';
export { ActivePassive } from './patterns/active-passive';
export {
  Autoscaling,
  type AutoscalingBlockProps,
  type KedaAutoscaling,
} from './autoscaling/autoscaling';
export { Backup } from './backup/backup';
export type { BackupBlockProps } from './backup/pods';
export type {
  BackupTarget,
  ConfigurationBackup,
  ObjectStorageBackup,
  VolumeBackup,
} from './backup/choice';
export { Cache, type CacheBlockProps } from './cache/cache';
export type {
  CacheAccess,
  CacheAddress,
  CachePods,
  CacheTarget,
  ClusterCache,
  ExistingCache,
  SentinelCache,
} from './cache/choice';
export {
  Certificate,
  type CertificateBlockProps,
  type CertificateIssuer,
} from './load-balancer/certificate';
export { Chaos, type ChaosBlockProps, type ChaosMesh } from './chaos/chaos';
export {
  CloudNativePgCluster,
  type CloudNativePgClusterProps,
} from './database/cloud-native-pg/cluster';
export { Compute, type ComputeBlockProps } from './compute/compute';
export { Database, type DatabaseBlockProps } from './database/database';
export type {
  CloudNativePgDatabase,
  DatabaseAccess,
  DatabaseArchive,
  DatabasePods,
  DatabaseTarget,
  ExistingDatabase,
  MetricsSource,
  PatroniDatabase,
} from './database/choice';
export { Edge, type EdgeProps, type EdgeRegion } from './dns/dns';
export { GatewayDeployment, type GatewayDeploymentProps } from './deployment';
export { HttpRoute, type HttpRouteBlockProps } from './load-balancer/http-route';
export { LoadTest, type K6LoadTest, type LoadTestBlockProps } from './chaos/load-test';
export {
  LoadBalancer,
  type HttpRouteLoadBalancer,
  type IngressLoadBalancer,
  type LoadBalancerBlockProps,
  type LoadBalancerTarget,
} from './load-balancer/load-balancer';
export {
  Monitoring,
  type MonitoringBlockProps,
  type PrometheusOperator,
  type PrometheusOperatorProps,
} from './monitoring/monitoring';
export { LogicalReplication, type LogicalReplicationProps } from './database/logical-replication';
export {
  MultiRegionDeployment,
  type DeployedRegion,
  type MultiRegionDeploymentProps,
} from './multi-region-deployment';
export type { ActiveActiveProps, ActivePassiveProps, K8sRegionProps } from './multi-region-props';
export { Migration, type MigrationBlockProps, type MigrationRollout } from './compute/migration';
export { Network, type ExistingNamespace, type NetworkBlockProps } from './network/network';
export { PatroniCluster, type PatroniClusterProps } from './database/patroni-cluster';
export type { IngressDomainProps, K8sGatewayProps } from './props';
export { RedisCluster, type RedisClusterProps } from './cache/redis-cluster';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export { Pooler, type PoolerProps } from './database/pooler';
export type { DatabaseAddress, DatabasePlace } from './database/place';
export type { RegionPlace } from './region-place';
export type { PlacedRegion } from './resolve-places';
export { Region, type RegionHandles } from './region';
export {
  SECRET_KEYS,
  requiredSecretKeys,
  type ExistingSecrets,
  type ExternalSecrets,
  type GeneratedSecrets,
  type RemoteSecret,
  type SecretKey,
  type SecretSource,
  type SecretStoreReference,
} from './secrets/source';
export { Secrets, type SecretsBlockProps } from './secrets/secrets';
export { SentinelRedis, type SentinelRedisProps } from './cache/sentinel-redis';
export {
  Workload,
  renderWorkload,
  type DataVolume,
  type WorkloadProgram,
  type WorkloadProps,
} from './compute/workload';
export { GatewayConfig } from '../../lib';
