import type { k8s } from 'cdk8s-plus-28';
import { CHOSEN_DUMP, RESTORE_CONFIRMATION } from '../../../lib/render';
import { type BackupPods, HOUR_SECONDS, RESTORE } from './pods';

/** The restore in earnest: suspended, and locked until somebody names the database. */
export function renderRestore(pods: BackupPods): k8s.KubeJobProps {
  const confirmation = `${pods.instance}-restore`;
  const wish = (name: string, key: string): k8s.EnvVar => ({
    name,
    valueFrom: { configMapKeyRef: { name: confirmation, key, optional: true } },
  });
  const dump = wish(CHOSEN_DUMP, 'dump');
  return {
    metadata: pods.metadata(`${pods.instance}-restore`, RESTORE),
    spec: {
      suspend: true,
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
    },
  };
}
