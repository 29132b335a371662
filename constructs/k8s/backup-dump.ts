import type { k8s } from 'cdk8s-plus-28';
import { BACKUP, type BackupPods } from './backup-pods';

/** The dump of each day: taken, read back, and sent away where there is object storage. */
export function renderDump(pods: BackupPods): k8s.KubeCronJobProps {
  const { hour, minute } = pods.windowStart();
  const { target } = pods.props;
  const dump = pods.renderTool('dump', 'backup.sh', [
    ...pods.renderConnection(),
    pods.renderRetention(),
  ]);
  return pods.renderCronJob({
    name: `${pods.instance}-backup`,
    schedule: `${minute} ${hour} * * *`,
    pod:
      target.kind === 'volume'
        ? pods.renderPod(BACKUP, [], dump)
        : pods.renderPod(
            BACKUP,
            [dump],
            pods.renderCopier(target, 'upload.sh', [pods.renderRetention()]),
          ),
  });
}
