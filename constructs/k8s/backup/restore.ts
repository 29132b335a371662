import type { k8s } from 'cdk8s-plus-28';
import { CHOSEN_DUMP, RESTORE_CONFIRMATION } from '../../../lib/render';
import { renderJobOnDemand } from '../foundation/job-on-demand';
import { type BackupPods, HOUR_SECONDS, RESTORE } from './pods';

/** The restore in earnest: started by hand, and locked until somebody names the database. */
export function renderRestore(pods: BackupPods): k8s.KubeCronJobProps {
  const confirmation = `${pods.instance}-restore`;
  const wish = (name: string, key: string): k8s.EnvVar => ({
    name,
    valueFrom: { configMapKeyRef: { name: confirmation, key, optional: true } },
  });
  const dump = wish(CHOSEN_DUMP, 'dump');
  return renderJobOnDemand(pods.metadata(`${pods.instance}-restore`, RESTORE), {
    backoffLimit: 0,
    activeDeadlineSeconds: 12 * HOUR_SECONDS,
    template: pods.renderPod(RESTORE, [
      ...pods.renderFetch([dump]),
      pods.renderTool('restore', 'restore.sh', [
        ...pods.renderConnection(),
        wish(RESTORE_CONFIRMATION, 'database'),
        dump,
      ]),
    ]),
  });
}
