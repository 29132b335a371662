import type { RecoveryObjectives } from '../topology/objectives';
import type { AutoscalingOutputs } from './autoscaling';
import type { CacheOutputs } from './cache';
import type { ComputeOutputs } from './compute';
import type { DatabaseOutputs } from './database';
import type { LoadBalancerOutputs } from './load-balancer';
import type { NetworkOutputs } from './network';
import type { SecretsOutputs } from './secrets';

/** The nouns of a region. Each target's `Region` implements this, so the compiler keeps the words the same. */
export interface RegionOutputs {
  readonly network: NetworkOutputs;
  readonly secrets: SecretsOutputs;
  readonly database: DatabaseOutputs;
  readonly cache: CacheOutputs;
  readonly compute: ComputeOutputs;
  readonly loadBalancer: LoadBalancerOutputs;
  readonly autoscaling: AutoscalingOutputs;
}

/** What every pattern offers on every target. */
export interface GatewayOutputs {
  /** Where clients send requests, such as `https://api.example.com`. */
  readonly url: string;
  /** What the topology promises, with the arithmetic. */
  readonly recoveryObjectives: RecoveryObjectives;
}
