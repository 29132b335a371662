// First: it checks that the frameworks are there.
import './foundation/peers';

// What users create: a pattern, and the words of its props.
export { GatewayConfig } from '../../lib';
export { Autoscaling } from './autoscaling/autoscaling';
export { Backup } from './backup/backup';
export { Cache } from './cache/cache';
export { Chaos } from './chaos/chaos';
export { LoadTest } from './chaos/load-test';
export { Database } from './database/database';
export { LoadBalancer } from './load-balancer/load-balancer';
export { Monitoring } from './monitoring/monitoring';
export { Network } from './network/network';
export { ActiveActive } from './patterns/active-active';
export { ActivePassive } from './patterns/active-passive';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export { Spread } from './foundation/spread';
export { Secrets } from './secrets/secrets';

// What they write in props.
export type { KedaChoice } from './autoscaling/autoscaling';
export type {
  BackupChoice,
  ConfigurationBackup,
  ObjectStorageBackupChoice,
  VolumeBackupChoice,
} from './backup/choice';
export type {
  CacheAddress,
  CacheChoice,
  ExistingCacheChoice,
  RedisClusterChoice,
  SentinelChoice,
} from './cache/choice';
export type { ChaosMeshChoice } from './chaos/chaos';
export type { K6Choice } from './chaos/load-test';
export type { MigrationRollout } from './compute/migration';
export type { DataVolume, ServiceChoice } from './compute/workload';
export type {
  CloudNativePgChoice,
  DatabaseArchive,
  DatabaseChoice,
  ExistingDatabaseChoice,
  PatroniChoice,
} from './database/choice';
export type { ObjectStorageCredentials } from './foundation/object-storage-credentials';
export type { SecretKeyReference } from './foundation/secret-key-reference';
export type {
  ExtraVolume,
  PodPlacementProps,
  PodProps,
  PodSidecarProps,
  PodsProps,
  PodVolumeProps,
} from './foundation/pod-choices';
export type { SpreadChoice } from './foundation/spread';
export type { IngressController } from './load-balancer/ingress-controller';
export type { CertificateIssuer } from './load-balancer/certificate';
export type { HttpRouteChoice, IngressChoice, LoadBalancerChoice } from './load-balancer/choice';
export type { PrometheusOperatorChoice, PrometheusOperatorProps } from './monitoring/monitoring';
export type { ActiveActiveProps, ActivePassiveProps, K8sRegionProps } from './multi-region-props';
export type { ExistingNamespace } from './network/network';
export type { IngressDomainProps, K8sGatewayProps } from './props';
export type { SizeChoice } from './foundation/sizes';
export type {
  ExistingSecrets,
  ExternalSecrets,
  GeneratedSecrets,
  RemoteSecret,
  SecretSource,
  SecretStoreReference,
} from './secrets/source';

// What they read of a deployment.
export type { CacheInUse } from './cache/create-cache';
export type { Compute } from './compute/compute';
export type { Migration } from './compute/migration';
export type { DatabaseInUse } from './database/create-database';
export type { GatewayDeployment } from './deployment';
export type { Dns } from './dns/dns';
export type { HttpRoute } from './load-balancer/http-route';
export type { DeployedRegion, MultiRegionDeployment } from './multi-region-deployment';
export type { Region } from './region';
