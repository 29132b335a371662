import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  renderBackupScript,
  renderDownloadScript,
  renderRestoreScript,
  renderRestoreTestScript,
  renderUploadScript,
} from '../../../lib/render';
import { KEPT_BY_GITOPS } from '../foundation/kept-by-gitops';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import type { ObjectStorageBackupChoice, VolumeBackupChoice } from './choice';
import { renderConfigurationScripts } from './configuration';
import { renderDump } from './dump';
import {
  BACKUP,
  type BackupBlockProps,
  BackupPods,
  DUMPS_FOLDER,
  RESTORE,
  WORK_FOLDER,
} from './pods';
import { renderRestore } from './restore';
import { renderRestoreTest } from './restore-test';

/**
 * A dump of the database each day, read back before it counts; each week a restore of the newest into a PostgreSQL that
 * is thrown away; and a Job that restores in earnest, which nobody starts by accident: it is locked until somebody means it.
 *
 * To restore: name the database, and if it is not the newest one the dump, in a ConfigMap, then start the Job:
 * `kubectl create configmap litellm-restore --from-literal=database=litellm --from-literal=dump=…` and
 * `kubectl create job litellm-restore-now --from=cronjob/litellm-restore`. Remove both afterwards.
 *
 * With `configuration`, each day also holds the configuration and the gateway's Secrets, encrypted and authenticated. No Job
 * writes them back: whoever has the passphrase reads them with `openssl`, as the end of the restore says.
 *
 * Costs: the volume, or the bucket; a pod for minutes a day.
 * Survives: with object storage the loss of the cluster; on a volume the loss of the database and its volumes.
 * Does not survive: on a volume the loss of the zone it is in, or of the namespace. Writes since the last dump.
 */
export class Backup extends Construct {
  /** Keeps dumps on a volume of the cluster. */
  static volume(props: Omit<VolumeBackupChoice, 'kind'> = {}): VolumeBackupChoice {
    return { kind: 'volume', ...props };
  }

  /** Keeps dumps in object storage, outside the cluster. */
  static objectStorage(props: Omit<ObjectStorageBackupChoice, 'kind'>): ObjectStorageBackupChoice {
    return { kind: 'object-storage', ...props };
  }

  /** The main resource: the CronJob of the daily dump. */
  readonly resource: k8s.KubeCronJob;
  readonly restoreTest: k8s.KubeCronJob;
  readonly restore: k8s.KubeCronJob;

  constructor(scope: Construct, id: string, props: BackupBlockProps) {
    super(scope, id);
    const pods = new BackupPods(props);
    new k8s.KubeConfigMap(this, 'Scripts', {
      metadata: pods.metadata(pods.scriptsName, BACKUP),
      data: renderScripts(props),
    });
    if (props.target.kind === 'volume') this.createVolume(pods, props.target);
    this.openDatabase(props);
    this.resource = new k8s.KubeCronJob(this, 'Resource', renderDump(pods));
    this.restoreTest = new k8s.KubeCronJob(this, 'RestoreTest', renderRestoreTest(pods));
    this.restore = new k8s.KubeCronJob(this, 'Restore', renderRestore(pods));
  }

  private createVolume(
    pods: BackupPods,
    { storageGib, storageClassName }: VolumeBackupChoice,
  ): void {
    new k8s.KubePersistentVolumeClaim(this, 'Volume', {
      metadata: { ...pods.metadata(pods.claimName, BACKUP), annotations: { ...KEPT_BY_GITOPS } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(storageClassName === undefined ? {} : { storageClassName }),
        resources: pods.renderStorage(storageGib),
      },
    });
  }

  private openDatabase({ plan, namespace, database }: BackupBlockProps): void {
    if (database.pods === null) return;
    createIngressPolicy(this, 'AllowBackup', {
      instance: plan.name,
      namespace,
      name: 'allow-backup',
      pods: database.pods.members,
      openings: [
        {
          from: [BACKUP, RESTORE].map((component) => podsOfComponent(plan.name, component)),
          ports: [database.primary.port],
        },
      ],
    });
  }
}

function renderScripts(props: BackupBlockProps): Readonly<Record<string, string>> {
  const { database, target } = props;
  const dumps = { databaseName: database.databaseName, folder: DUMPS_FOLDER };
  const scripts = {
    'backup.sh': renderBackupScript(dumps),
    'restore.sh': renderRestoreScript(dumps),
    'restore-test.sh': renderRestoreTestScript({ ...dumps, workFolder: WORK_FOLDER }),
    ...(target.kind === 'volume'
      ? {}
      : {
          'upload.sh': renderUploadScript(dumps),
          'download.sh': renderDownloadScript(dumps),
        }),
  };
  return target.configuration === undefined ? scripts : renderConfigurationScripts(props, scripts);
}
