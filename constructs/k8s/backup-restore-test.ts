import type { k8s } from 'cdk8s-plus-28';
import { RESTORE_TEST, WORK_FOLDER, type BackupPods } from './backup-pods';

const HOURS_UNTIL_TEST = 3;

/** The proof of each week: the newest dump restored into a PostgreSQL that is thrown away. */
export function renderRestoreTest(pods: BackupPods): k8s.KubeCronJobProps {
  const { hour, minute } = pods.windowStart();
  const test = pods.renderTool('restore-test', 'restore-test.sh', []);
  // When Sunday's dump is there; past midnight that is on Monday.
  const testHour = (hour + HOURS_UNTIL_TEST) % 24;
  return pods.renderCronJob({
    name: `${pods.instance}-restore-test`,
    schedule: `${minute} ${testHour} * * ${testHour < hour ? 1 : 0}`,
    pod: pods.renderPod(RESTORE_TEST, pods.renderFetch([]), {
      ...test,
      volumeMounts: [...(test.volumeMounts ?? []), { name: 'scratch', mountPath: WORK_FOLDER }],
    }),
  });
}
