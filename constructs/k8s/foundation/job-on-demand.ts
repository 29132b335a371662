import type { k8s } from 'cdk8s-plus-28';

/** The thirty-first of February. */
const NEVER = '0 0 31 2 *';

/**
 * A Job that waits for somebody to start it: `kubectl create job NAME --from=cronjob/…`. A suspended Job would be refused
 * by the next apply that changes its pod, and could be run once; a CronJob may change, and each run is a Job of its own.
 */
export function renderJobOnDemand(
  metadata: k8s.ObjectMeta,
  spec: k8s.JobSpec,
): k8s.KubeCronJobProps {
  return {
    metadata,
    spec: { schedule: NEVER, suspend: true, jobTemplate: { spec } },
  };
}
