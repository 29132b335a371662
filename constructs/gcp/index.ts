// First: it checks that the frameworks are there.
import './foundation/peers';

// What users create: a pattern, and the words of its props.
export { GatewayConfig } from '../../lib';
export { Cache } from './cache/cache';
export { Compute } from './compute/compute';
export { Database } from './database/database';
export { SingleRegionHA, type SingleRegionHAProps } from './patterns/single-region-ha';

// What they write in props.
export type { MemorystoreChoice, MemorystoreProps } from './cache/choice';
export type { InstanceGroupChoice, InstanceGroupProps } from './compute/choice';
export type { CloudSqlChoice, CloudSqlProps } from './database/choice';
export type { ExistingNetwork } from './network/existing-network';
export type { GoogleDomainProps, GoogleGatewayProps } from './props';
export type { SecretReference } from './secrets/given-secret';

// What they read of a deployment.
export type { Autoscaling } from './autoscaling/autoscaling';
export type { GatewayDeployment } from './deployment';
export type { Dns } from './dns/dns';
export type { LoadBalancer } from './load-balancer/load-balancer';
export type { Network } from './network/network';
export type { Region } from './region';
export type { Secrets } from './secrets/secrets';
