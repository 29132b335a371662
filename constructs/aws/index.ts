export { Accelerator } from './accelerator';
export { AuroraCluster } from './aurora-cluster';
export { Autoscaling } from './autoscaling';
export { Backup, type VaultBackup, type VaultOptions } from './backup';
export { BroughtCache } from './brought-cache';
export { BroughtDatabase } from './brought-database';
export {
  Cache,
  type CacheCluster,
  type CacheClusterOptions,
  type CacheEngine,
  type CacheTarget,
  type ExistingCache,
  type ExistingCacheOptions,
  type ReplicationGroupCache,
  type ReplicationGroupOptions,
} from './cache';
export { CacheUsers } from './cache-users';
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
  type DistributedOptions,
  type DsqlDatabase,
  type ExistingDatabase,
  type ExistingDatabaseOptions,
  type PoolerTarget,
  type RdsDatabase,
  type RdsOptions,
} from './database';
export { DistributedDatabase } from './distributed-database';
export { DistributedDatabaseCluster, type DeployedCluster } from './distributed-database-cluster';
export { DistributedDatabaseLink } from './distributed-database-link';
export { Failover } from './failover';
export { FailoverExecutor } from './failover-executor';
export { FailoverMachine } from './failover-machine';
export type { FailoverOptions, RegionSwitchPlanOptions } from './failover-options';
export { GatewayDeployment } from './deployment';
export { DatabaseAddress } from './database-address';
export { Dns } from './dns';
export { EksCluster } from './eks-cluster';
export { EksWorkload } from './eks-workload';
export { FargateService } from './fargate-service';
export { InterfaceEndpoints, type VpcEndpoints } from './interface-endpoints';
export { LoadBalancer } from './load-balancer';
export { Monitoring, type CloudWatchMonitoring, type CloudWatchOptions } from './monitoring';
export { MultiRegionDeployment, type DeployedRegion } from './multi-region-deployment';
export type { AwsMultiRegionProps, AwsRegionOptions } from './multi-region-props';
export { Network } from './network';
export { NetworkLinks } from './network-links';
export { ActiveActive, type ActiveActiveProps } from './patterns/active-active';
export { ActivePassive, type ActivePassiveProps } from './patterns/active-passive';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export type { AwsDomainProps, AwsGatewayProps } from './props';
export { Pooler, type RdsProxyOptions, type RdsProxyPooler } from './pooler';
export { RdsInstances } from './rds-instances';
export { RdsReplica } from './rds-replica';
export { RegionalDns } from './regional-dns';
export { RegionSwitch } from './region-switch';
export { RegionSwitchPlan } from './region-switch-plan';
export { RegionSwitchPlanBlocks } from './region-switch-plan-blocks';
export { RegionsDashboard } from './regions-dashboard';
export { ReplicationGroup } from './replication-group';
export { ReplicationKeeper } from './replication-keeper';
export { Secrets } from './secrets';
export {
  WebFirewall,
  type ExistingFirewall,
  type FirewallTarget,
  type ManagedFirewall,
  type ManagedFirewallOptions,
} from './web-firewall';
export {
  ZonalAutoshift,
  type AutoshiftTarget,
  type ZonalAutoshiftOptions,
} from './zonal-autoshift';
export { GatewayConfig } from '../../lib';
