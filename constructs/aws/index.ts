export {
  type ComputeTarget,
  type EksCompute,
  type EksOptions,
  type FargateCompute,
  type FargateOptions,
  type LoadBalancerController,
} from './compute/choice';
export {
  type CacheCluster,
  type CacheClusterOptions,
  type CacheEngine,
  type CacheTarget,
  type ExistingCache,
  type ExistingCacheOptions,
  type ReplicationGroupCache,
  type ReplicationGroupOptions,
} from './cache/choice';
export {
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
} from './database/choice';
export { Accelerator } from './dns/accelerator';
export { AuroraCluster } from './database/aurora/cluster';
export { Autoscaling } from './autoscaling/autoscaling';
export { Backup, type VaultBackup, type VaultOptions } from './backup/backup';
export { BroughtCache } from './cache/existing-cache';
export { BroughtDatabase } from './database/existing-database';
export { Cache } from './cache/cache';
export { CacheUsers } from './cache/users';
export { Canary, type CanaryProps } from './monitoring/canary';
export { Chaos, type FaultInjection } from './chaos/chaos';
export { Compute } from './compute/compute';
export type { CacheInUse } from './cache/create-cache';
export type { ComputeInUse } from './compute/create-compute';
export type { DatabaseInUse } from './database/create-database';
export { Database } from './database/database';
export { DistributedDatabase } from './database/distributed/database';
export { DistributedDatabaseCluster, type DeployedCluster } from './database/distributed/cluster';
export { DistributedDatabaseLink } from './database/distributed/link';
export { Failover } from './failover/failover';
export { FailoverExecutor } from './failover/executor';
export { FailoverMachine } from './failover/machine';
export type { FailoverOptions, RegionSwitchPlanOptions } from './failover/options';
export { GatewayDeployment } from './deployment';
export { DatabaseAddress } from './database/address';
export { Dns } from './dns/dns';
export { EksCluster } from './compute/eks/cluster';
export { EksWorkload } from './compute/eks/workload';
export { FargateService } from './compute/fargate/service';
export { InterfaceEndpoints, type VpcEndpoints } from './network/interface-endpoints';
export { LoadBalancer } from './load-balancer/load-balancer';
export {
  Monitoring,
  type CloudWatchMonitoring,
  type CloudWatchOptions,
} from './monitoring/monitoring';
export { MultiRegionDeployment, type DeployedRegion } from './multi-region-deployment';
export type { AwsMultiRegionProps, AwsRegionOptions } from './multi-region-props';
export { Network } from './network/network';
export { NetworkLinks } from './network/links';
export { ActiveActive, type ActiveActiveProps } from './patterns/active-active';
export { ActivePassive, type ActivePassiveProps } from './patterns/active-passive';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export type { AwsDomainProps, AwsGatewayProps } from './props';
export { Pooler, type RdsProxyOptions, type RdsProxyPooler } from './database/pooler/pooler';
export { RdsInstances } from './database/rds/instances';
export { RdsReplica } from './database/rds/replica';
export { RegionalDns } from './dns/regional-dns';
export { RegionSwitch } from './dns/region-switch';
export { RegionSwitchPlan } from './failover/region-switch-plan';
export { RegionSwitchPlanBlocks } from './failover/region-switch-plan-blocks';
export { RegionsDashboard } from './monitoring/regions-dashboard';
export { ReplicationGroup } from './cache/replication-group';
export { ReplicationKeeper } from './failover/replication-keeper';
export { Secrets } from './secrets/secrets';
export {
  WebFirewall,
  type ExistingFirewall,
  type FirewallTarget,
  type ManagedFirewall,
  type ManagedFirewallOptions,
} from './load-balancer/web-firewall';
export {
  ZonalAutoshift,
  type AutoshiftTarget,
  type ZonalAutoshiftOptions,
} from './load-balancer/zonal-autoshift';
export { GatewayConfig } from '../../lib';
