export { AuroraCluster } from './aurora-cluster';
export { Autoscaling } from './autoscaling';
export { Backup, type VaultBackup, type VaultOptions } from './backup';
export { BroughtCache } from './brought-cache';
export { BroughtDatabase } from './brought-database';
export {
  Cache,
  type CacheCluster,
  type CacheClusterOptions,
  type CacheTarget,
  type ExistingCache,
  type ExistingCacheOptions,
  type ReplicationGroupCache,
  type ReplicationGroupOptions,
} from './cache';
export { Canary, type CanaryProps } from './canary';
export { Chaos, type FaultInjection } from './chaos';
export {
  Compute,
  type ComputeTarget,
  type EksCompute,
  type EksOptions,
  type FargateCompute,
  type FargateOptions,
  type LoadBalancerController,
} from './compute';
export type { CacheInUse } from './create-cache';
export type { ComputeInUse } from './create-compute';
export type { DatabaseInUse } from './create-database';
export {
  Database,
  type AuroraDatabase,
  type AuroraOptions,
  type DatabaseTarget,
  type ExistingDatabase,
  type ExistingDatabaseOptions,
  type RdsDatabase,
  type RdsOptions,
} from './database';
export { Failover } from './failover';
export { FailoverExecutor } from './failover-executor';
export { FailoverMachine } from './failover-machine';
export type { FailoverOptions } from './failover-options';
export { GatewayDeployment } from './deployment';
export { Dns } from './dns';
export { EksCluster } from './eks-cluster';
export { EksWorkload } from './eks-workload';
export { FargateService } from './fargate-service';
export { LoadBalancer } from './load-balancer';
export { Monitoring, type CloudWatchMonitoring, type CloudWatchOptions } from './monitoring';
export { MultiRegionDeployment, type DeployedRegion } from './multi-region-deployment';
export type { AwsMultiRegionProps, AwsRegionOptions } from './multi-region-props';
export { Network } from './network';
export { ActiveActive, type ActiveActiveProps } from './patterns/active-active';
export { ActivePassive, type ActivePassiveProps } from './patterns/active-passive';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export type { AwsDomainProps, AwsGatewayProps } from './props';
export { RdsInstances } from './rds-instances';
export { RdsReplica } from './rds-replica';
export { RegionalDns } from './regional-dns';
export { RegionSwitch } from './region-switch';
export { RegionsDashboard } from './regions-dashboard';
export { ReplicationGroup } from './replication-group';
export { Secrets } from './secrets';
export {
  WebFirewall,
  type ExistingFirewall,
  type FirewallTarget,
  type ManagedFirewall,
  type ManagedFirewallOptions,
} from './web-firewall';
export { GatewayConfig } from '../../lib';
