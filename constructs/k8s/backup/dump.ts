import type { k8s } from 'cdk8s-plus-28';
import { renderBackedUpVolumes, renderConfigurationBackup } from './configuration';
import { BACKUP, type BackupPods } from './pods';

/**
 * The dump of each day: taken, read back, and sent away where there is object storage; where that is wished for, with the
 * configuration.
 */
export function renderDump(pods: BackupPods): k8s.KubeCronJobProps {
  const { hour, minute } = pods.windowStart();
  return pods.renderCronJob({
    name: `${pods.instance}-backup`,
    schedule: `${minute} ${hour} * * *`,
    pod: renderDumpPod(pods),
  });
}

function renderDumpPod(pods: BackupPods): k8s.PodTemplateSpec {
  const { target, described } = pods.props;
  const { configuration } = target;
  const dump = pods.renderTool('dump', 'backup.sh', [
    ...pods.renderConnection(),
    pods.renderRetention(),
  ]);
  const encrypt = configuration === undefined ? [] : [renderConfigurationBackup(pods)];
  const upload =
    target.kind === 'volume'
      ? []
      : [pods.renderCopier(target, 'upload.sh', [pods.renderRetention()])];
  return pods.renderPod(
    BACKUP,
    [dump, ...encrypt, ...upload],
    configuration === undefined ? [] : renderBackedUpVolumes(described, configuration),
  );
}
