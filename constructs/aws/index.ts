// First: it checks that the frameworks are there.
import './foundation/peers';

// What users create: a pattern, and the words of its props.
export { GatewayConfig } from '../../lib';
export { Backup } from './backup/backup';
export { Cache } from './cache/cache';
export { Chaos } from './chaos/chaos';
export { Compute } from './compute/compute';
export { Database } from './database/database';
export { Pooler } from './database/pooler/pooler';
export { WebFirewall } from './load-balancer/web-firewall';
export { ZonalAutoshift } from './load-balancer/zonal-autoshift';
export { Monitoring } from './monitoring/monitoring';
export { ActiveActive, type ActiveActiveProps } from './patterns/active-active';
export { ActivePassive, type ActivePassiveProps } from './patterns/active-passive';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';

// What they write in props.
export type { VaultChoice, VaultOptions } from './backup/backup';
export type {
  CacheChoice,
  CacheClusterChoice,
  CacheClusterOptions,
  CacheEngine,
  ExistingCacheChoice,
  ExistingCacheOptions,
  ReplicationGroupChoice,
  ReplicationGroupOptions,
} from './cache/choice';
export type { FaultInjectionChoice } from './chaos/chaos';
export type {
  ComputeChoice,
  EksChoice,
  EksOptions,
  FargateChoice,
  FargateOptions,
  LoadBalancerController,
} from './compute/choice';
export type {
  AuroraChoice,
  AuroraOptions,
  DatabaseChoice,
  DistributedChoice,
  DistributedOptions,
  ExistingDatabaseChoice,
  ExistingDatabaseOptions,
  PoolerChoice,
  RdsChoice,
  RdsOptions,
} from './database/choice';
export type { RdsProxyChoice, RdsProxyOptions } from './database/pooler/pooler';
export type { FailoverOptions, RegionSwitchPlanOptions } from './failover/options';
export type {
  ExistingFirewallChoice,
  FirewallChoice,
  ManagedFirewallChoice,
  ManagedFirewallOptions,
} from './load-balancer/web-firewall';
export type { AutoshiftChoice, ZonalAutoshiftOptions } from './load-balancer/zonal-autoshift';
export type { CanaryProps } from './monitoring/canary';
export type { CloudWatchChoice, CloudWatchOptions } from './monitoring/monitoring';
export type { AwsMultiRegionProps, AwsRegionOptions } from './multi-region-props';
export type { VpcEndpoints } from './network/interface-endpoints';
export type { AwsDomainProps, AwsGatewayProps } from './props';

// What they read of a deployment.
export type { Autoscaling } from './autoscaling/autoscaling';
export type { CacheInUse } from './cache/create-cache';
export type { ComputeInUse } from './compute/create-compute';
export type { DatabaseInUse } from './database/create-database';
export type { DeployedCluster } from './database/distributed/cluster';
export type { GatewayDeployment } from './deployment';
export type { Accelerator } from './dns/accelerator';
export type { Dns } from './dns/dns';
export type { RegionalDns } from './dns/regional-dns';
export type { RegionSwitch } from './dns/region-switch';
export type { Failover } from './failover/failover';
export type { RegionSwitchPlan } from './failover/region-switch-plan';
export type { LoadBalancer } from './load-balancer/load-balancer';
export type { RegionsDashboard } from './monitoring/regions-dashboard';
export type { DeployedRegion, MultiRegionDeployment } from './multi-region-deployment';
export type { Network } from './network/network';
export type { Secrets } from './secrets/secrets';
