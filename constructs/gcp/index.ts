export { Autoscaling } from './autoscaling/autoscaling';
export { Cache } from './cache/cache';
export { Compute } from './compute/compute';
export { Database } from './database/database';
export { GatewayDeployment } from './deployment';
export { Dns } from './dns/dns';
export { LoadBalancer } from './load-balancer/load-balancer';
export { Network } from './network/network';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';
export type {
  CloudSqlChoice,
  CloudSqlProps,
  ExistingNetwork,
  GoogleDomainProps,
  GoogleGatewayProps,
  InstanceGroupChoice,
  InstanceGroupProps,
  MemorystoreChoice,
  MemorystoreProps,
  SecretReference,
} from './props';
export { Region } from './region';
export { Secrets } from './secrets/secrets';
