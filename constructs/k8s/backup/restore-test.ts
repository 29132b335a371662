import type { k8s } from 'cdk8s-plus-28';
import { renderConfigurationTest, renderSealVolumes } from './configuration';
import { type BackupPods, RESTORE_TEST, WORK_FOLDER } from './pods';

const HOURS_UNTIL_TEST = 3;

/**
 * The proof of each week: the newest dump restored into a PostgreSQL that is thrown away, and the newest configuration
 * decrypted.
 */
export function renderRestoreTest(pods: BackupPods): k8s.KubeCronJobProps {
  const { hour, minute } = pods.windowStart();
  // When Sunday's dump is there; past midnight that is on Monday.
  const testHour = (hour + HOURS_UNTIL_TEST) % 24;
  return pods.renderCronJob({
    name: `${pods.instance}-restore-test`,
    schedule: `${minute} ${testHour} * * ${testHour < hour ? 1 : 0}`,
    pod: renderTestPod(pods),
  });
}

function renderTestPod(pods: BackupPods): k8s.PodTemplateSpec {
  const { target } = pods.props;
  const { configuration } = target;
  const tool = pods.renderTool('restore-test', 'restore-test.sh', []);
  const restore = {
    ...tool,
    volumeMounts: [...(tool.volumeMounts ?? []), { name: 'scratch', mountPath: WORK_FOLDER }],
  };
  const fetchDump = pods.renderFetch([]);
  if (configuration === undefined) return pods.renderPod(RESTORE_TEST, [...fetchDump, restore]);
  const fetchConfiguration =
    target.kind === 'volume' ? [] : [pods.renderCopier(target, 'download-configuration.sh', [])];
  return pods.renderPod(
    RESTORE_TEST,
    [...fetchDump, restore, ...fetchConfiguration, renderConfigurationTest(pods)],
    renderSealVolumes(configuration),
  );
}
