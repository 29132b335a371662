import type { CacheInUse } from '../cache/create-cache';
import type { ComputeInUse } from '../compute/create-compute';
import type { DatabaseInUse } from '../database/create-database';
import type { LoadBalancer } from '../load-balancer/load-balancer';
import type { Network } from '../network/network';
import { planCacheExperiments, planDatabaseExperiments } from './data-experiments';
import type { Experiment } from './experiment';
import {
  planServiceExperiments,
  planShiftExperiments,
  planZoneExperiments,
} from './network-experiments';
import { planPodExperiments, planTaskExperiments } from './replica-experiments';

/** What can be broken. */
export interface Breakables {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly database: DatabaseInUse;
  readonly cache: CacheInUse;
  readonly compute: ComputeInUse;
}

/**
 * The experiments that fit what the gateway stands on; what was brought is left alone.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export function planExperiments(props: Breakables): readonly Experiment[] {
  const { network, loadBalancer, database, cache, compute } = props;
  return [
    ...planZoneExperiments(network),
    ...planShiftExperiments(network, loadBalancer),
    ...planServiceExperiments(network),
    ...planDatabaseExperiments(database),
    ...(cache.kind === 'existing' ? [] : planCacheExperiments(cache, network)),
    ...(compute.kind === 'fargate' ? planTaskExperiments(compute) : planPodExperiments(compute)),
  ];
}
