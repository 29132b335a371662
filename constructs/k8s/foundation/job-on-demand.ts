import type { k8s } from 'cdk8s-plus-28';

/** The thirty-first of February. */
const NEVER = '0 0 31 2 *';

/**
 * A Job that waits for somebody to start it: `kubectl create job NAME --from=cronjob/…`. The API server refuses
 * to change the pod of a suspended Job, and a Job runs only once. A CronJob may change, and every run is a new Job.
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
