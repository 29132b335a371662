export type { AutoscalingOutputs, AutoscalingPlan } from './autoscaling';
export type { BackupPlan } from './backup';
export type { CacheOutputs, CachePlan, SentinelPlan } from './cache';
export type { ComputeOutputs, ComputePlan } from './compute';
export type {
  DatabaseOutputs,
  DatabasePlan,
  DatabaseRole,
  ReplicationLink,
  ReplicationPlan,
} from './database';
export type { ClosingPlan, DnsOutputs, DnsPlan, RoutingPlan, RoutingTarget } from './dns';
export type { Endpoint } from './endpoint';
export type { LoadBalancerOutputs, LoadBalancerPlan } from './load-balancer';
export type { MonitoringOutputs, MonitoringPlan } from './monitoring';
export type { NetworkOutputs, NetworkPlan } from './network';
export type { GatewayOutputs, RegionOutputs } from './region';
export type { GeneratedSecret, SecretsOrigin, SecretsOutputs, SecretsPlan } from './secrets';
