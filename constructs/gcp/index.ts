export { Autoscaling } from './autoscaling';
export { Cache } from './cache';
export { Compute } from './compute';
export { Database } from './database';
export { GatewayDeployment } from './deployment';
export { Dns } from './dns';
export { LoadBalancer } from './load-balancer';
export { Network } from './network';
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
export { Secrets } from './secrets';
