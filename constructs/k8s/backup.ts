import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { BackupProps, RegionPlan } from '../../lib';
import { IMAGES, renderImage } from '../../lib/images';
import {
  BACKUP_LOCATION,
  CHOSEN_DUMP,
  RESTORE_CONFIRMATION,
  RETENTION_DAYS,
  renderBackupScript,
  renderDownloadScript,
  renderRestoreScript,
  renderRestoreTestScript,
  renderUploadScript,
} from '../../lib/render';
import type { Database } from './database';
import { secretVariable, type Secrets } from './secrets';
import type { SecretKeyReference } from './workload';
import { objectLabels, selectorLabels } from './workload/labels';
import { restrictedPod, RESTRICTED_CONTAINER } from './workload/pod-security';

/** Dumps on a volume of the cluster. */
export interface VolumeBackup extends BackupProps {
  readonly kind: 'volume';

  /**
   * Size of the volume. It holds a compressed dump for each day of `retentionDays`.
   *
   * Unit: GiB.
   *
   * @default - that of the database
   */
  readonly storageGib?: number;

  /**
   * Storage class of the volume. Choose one whose volumes several zones can reach, if the cluster has one.
   *
   * @default - the cluster's own
   */
  readonly storageClassName?: string;
}

/** Dumps in object storage that speaks S3's protocol. */
export interface ObjectStorageBackup extends BackupProps {
  readonly kind: 'object-storage';

  /**
   * Bucket that exists already. Give it versioning or a lock, so that whoever owns the cluster cannot remove backups.
   */
  readonly bucket: string;

  /**
   * Folder in the bucket.
   *
   * @default - the gateway's name
   */
  readonly prefix?: string;

  /**
   * Address of the object storage, such as `https://storage.example.com`.
   *
   * @default - Amazon S3
   */
  readonly endpoint?: string;

  /**
   * Region of the bucket.
   *
   * @default 'us-east-1'
   */
  readonly region?: string;

  /**
   * Secret of the gateway's namespace with the keys of an account that may read, write and delete in the bucket.
   */
  readonly credentials: ObjectStorageCredentials;
}

/** Where the two halves of an access key are. */
export interface ObjectStorageCredentials {
  readonly secretName: string;

  /**
   * Key of the Secret that holds the id.
   *
   * @default 'access-key-id'
   */
  readonly accessKeyIdKey?: string;

  /**
   * Key of the Secret that holds the secret half.
   *
   * @default 'secret-access-key'
   */
  readonly secretAccessKeyKey?: string;
}

export type BackupTarget = VolumeBackup | ObjectStorageBackup;

export interface BackupBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly target: BackupTarget;
}

/** The user `postgres` of PostgreSQL's Alpine image: `initdb` wants a user that the image knows. */
const USER = { userId: 70, groupId: 70 };
const SCRIPTS_FOLDER = '/scripts';
const DUMPS_FOLDER = '/backups';
const WORK_FOLDER = '/scratch';
const HOUR_SECONDS = 3600;
const HOURS_UNTIL_TEST = 3;

/** Components whose pods talk to the database. */
const BACKUP = 'backup';
const RESTORE = 'restore';
const RESTORE_TEST = 'restore-test';

/**
 * A dump of the database each day, read back before it counts; each week a restore of the newest into a PostgreSQL that
 * is thrown away; and a Job that restores in earnest, suspended and locked until somebody means it.
 *
 * To restore: name the database, and if it is not the newest one the dump, in a ConfigMap, then release the Job:
 * `kubectl create configmap litellm-restore --from-literal=database=litellm --from-literal=dump=…` and
 * `kubectl patch job litellm-restore --patch '{"spec":{"suspend":false}}'`. Remove both afterwards.
 *
 * Costs: the volume, or the bucket; a pod for minutes a day.
 * Survives: with object storage the loss of the cluster; on a volume the loss of the database and its volumes.
 * Does not survive: on a volume the loss of the zone it is in, or of the namespace. Writes since the last dump.
 */
export class Backup extends Construct {
  /** Keeps dumps on a volume of the cluster. */
  static volume(props: Omit<VolumeBackup, 'kind'> = {}): VolumeBackup {
    return { kind: 'volume', ...props };
  }

  /** Keeps dumps in object storage, outside the cluster. */
  static objectStorage(props: Omit<ObjectStorageBackup, 'kind'>): ObjectStorageBackup {
    return { kind: 'object-storage', ...props };
  }

  /** The main resource: the CronJob of the daily dump. */
  readonly resource: k8s.KubeCronJob;
  readonly restoreTest: k8s.KubeCronJob;
  readonly restore: k8s.KubeJob;
  private readonly props: BackupBlockProps;
  private readonly instance: string;
  private readonly scriptsName: string;

  constructor(scope: Construct, id: string, props: BackupBlockProps) {
    super(scope, id);
    this.props = props;
    this.instance = props.plan.name;
    this.scriptsName = `${this.instance}-backup`;
    this.createScripts();
    if (props.target.kind === 'volume') this.createVolume(props.target);
    this.openDatabase();
    this.resource = this.createDump();
    this.restoreTest = this.createRestoreTest();
    this.restore = this.createRestore();
  }

  private createScripts(): void {
    new k8s.KubeConfigMap(this, 'Scripts', {
      metadata: this.metadata(this.scriptsName, BACKUP),
      data: this.renderScripts(),
    });
  }

  private renderScripts(): Record<string, string> {
    const dumps = {
      databaseName: this.props.plan.database.databaseName,
      folder: DUMPS_FOLDER,
    };
    return {
      'backup.sh': renderBackupScript(dumps),
      'restore.sh': renderRestoreScript(dumps),
      'restore-test.sh': renderRestoreTestScript({ ...dumps, workFolder: WORK_FOLDER }),
      ...(this.props.target.kind === 'volume'
        ? {}
        : {
            'upload.sh': renderUploadScript(dumps),
            'download.sh': renderDownloadScript(dumps),
          }),
    };
  }

  private createVolume({ storageGib, storageClassName }: VolumeBackup): void {
    new k8s.KubePersistentVolumeClaim(this, 'Volume', {
      metadata: {
        ...this.metadata(`${this.instance}-backups`, BACKUP),
        // Who prunes what is no longer described must not prune the backups.
        annotations: {
          'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
          'helm.sh/resource-policy': 'keep',
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        },
      },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(storageClassName === undefined ? {} : { storageClassName }),
        resources: this.renderStorage(storageGib),
      },
    });
  }

  private renderStorage(storageGib?: number): k8s.ResourceRequirements {
    const gib = storageGib ?? this.props.plan.database.storageGib;
    return { requests: { storage: k8s.Quantity.fromString(`${gib}Gi`) } };
  }

  private openDatabase(): void {
    new k8s.KubeNetworkPolicy(this, 'AllowBackup', {
      metadata: this.metadata(`${this.instance}-allow-backup`, 'network'),
      spec: {
        podSelector: { matchLabels: selectorLabels(this.instance, 'postgres') },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [BACKUP, RESTORE].map((component) => ({
              podSelector: { matchLabels: selectorLabels(this.instance, component) },
            })),
            ports: [
              {
                port: k8s.IntOrString.fromNumber(this.props.plan.database.port),
                protocol: 'TCP',
              },
            ],
          },
        ],
      },
    });
  }

  private createDump(): k8s.KubeCronJob {
    const { hour, minute } = this.windowStart();
    const dump = this.renderContainer('dump', 'backup.sh', [
      ...this.renderConnection(),
      this.renderRetention(),
    ]);
    return this.createCronJob('Resource', {
      name: `${this.instance}-backup`,
      schedule: `${minute} ${hour} * * *`,
      pod:
        this.props.target.kind === 'volume'
          ? this.renderPod(BACKUP, [], dump)
          : this.renderPod(
              BACKUP,
              [dump],
              this.renderCopier(this.props.target, 'upload.sh', [this.renderRetention()]),
            ),
    });
  }

  private createRestoreTest(): k8s.KubeCronJob {
    const { hour, minute } = this.windowStart();
    const test = this.renderContainer('restore-test', 'restore-test.sh', []);
    // When Sunday's dump is there; past midnight that is on Monday.
    const testHour = (hour + HOURS_UNTIL_TEST) % 24;
    return this.createCronJob('RestoreTest', {
      name: `${this.instance}-restore-test`,
      schedule: `${minute} ${testHour} * * ${testHour < hour ? 1 : 0}`,
      pod: this.renderPod(RESTORE_TEST, this.renderFetch([]), {
        ...test,
        volumeMounts: [...(test.volumeMounts ?? []), { name: 'scratch', mountPath: WORK_FOLDER }],
      }),
    });
  }

  private createRestore(): k8s.KubeJob {
    const confirmation = `${this.instance}-restore`;
    const wish = (name: string, key: string): k8s.EnvVar => ({
      name,
      valueFrom: { configMapKeyRef: { name: confirmation, key, optional: true } },
    });
    const dump = wish(CHOSEN_DUMP, 'dump');
    return new k8s.KubeJob(this, 'Restore', {
      metadata: this.metadata(`${this.instance}-restore`, RESTORE),
      spec: {
        suspend: true,
        backoffLimit: 0,
        activeDeadlineSeconds: 12 * HOUR_SECONDS,
        template: this.renderPod(
          RESTORE,
          this.renderFetch([dump]),
          this.renderContainer('restore', 'restore.sh', [
            ...this.renderConnection(),
            wish(RESTORE_CONFIRMATION, 'database'),
            dump,
          ]),
        ),
      },
    });
  }

  private windowStart(): { readonly hour: number; readonly minute: number } {
    const [hour, minute] = this.props.plan.backup.windowStart.split(':').map(Number);
    return { hour: hour ?? 0, minute: minute ?? 0 };
  }

  private createCronJob(
    id: string,
    job: {
      readonly name: string;
      readonly schedule: string;
      readonly pod: k8s.PodTemplateSpec;
    },
  ): k8s.KubeCronJob {
    return new k8s.KubeCronJob(this, id, {
      metadata: this.metadata(job.name, BACKUP),
      spec: {
        schedule: job.schedule,
        timeZone: 'Etc/UTC',
        // Two dumps at once would only slow each other and the database.
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 4 * HOUR_SECONDS,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: 12 * HOUR_SECONDS,
            template: job.pod,
          },
        },
      },
    });
  }

  private renderPod(
    component: string,
    initContainers: k8s.Container[],
    container: k8s.Container,
  ): k8s.PodTemplateSpec {
    return {
      metadata: { labels: objectLabels(this.instance, component) },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPod(USER),
        ...(initContainers.length > 0 ? { initContainers } : {}),
        containers: [container],
        volumes: [
          { name: 'scripts', configMap: { name: this.scriptsName } },
          { name: 'tmp', emptyDir: {} },
          this.renderDumps(),
          ...(component === RESTORE_TEST ? [this.renderScratch('scratch')] : []),
        ],
      },
    };
  }

  private renderDumps(): k8s.Volume {
    if (this.props.target.kind === 'object-storage') return this.renderScratch('dumps');
    const claimName = `${this.instance}-backups`;
    return { name: 'dumps', persistentVolumeClaim: { claimName } };
  }

  /** A volume that lives as long as its pod: a whole database is too much for the disk of a machine. */
  private renderScratch(name: string): k8s.Volume {
    return {
      name,
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], resources: this.renderStorage() },
        },
      },
    };
  }

  private renderContainer(name: string, script: string, env: k8s.EnvVar[]): k8s.Container {
    return {
      name,
      image: renderImage(IMAGES.postgres),
      command: ['sh', `${SCRIPTS_FOLDER}/${script}`],
      env,
      ...this.renderLimits(),
    };
  }

  private renderCopier(
    target: ObjectStorageBackup,
    script: string,
    env: k8s.EnvVar[],
  ): k8s.Container {
    const { credentials } = target;
    const option = (name: string): string => `RCLONE_CONFIG_STORE_${name}`;
    const reference = (key: string): SecretKeyReference => ({
      secretName: credentials.secretName,
      key,
    });
    return {
      name: script.replace('.sh', ''),
      image: renderImage(IMAGES.rclone),
      command: ['sh', `${SCRIPTS_FOLDER}/${script}`],
      env: [
        { name: BACKUP_LOCATION, value: `${target.bucket}/${target.prefix ?? this.instance}` },
        { name: 'RCLONE_CONFIG', value: '/tmp/rclone.conf' },
        { name: 'RCLONE_CACHE_DIR', value: '/tmp' },
        { name: option('TYPE'), value: 's3' },
        { name: option('PROVIDER'), value: target.endpoint === undefined ? 'AWS' : 'Other' },
        { name: option('REGION'), value: target.region ?? 'us-east-1' },
        ...(target.endpoint === undefined
          ? []
          : [{ name: option('ENDPOINT'), value: target.endpoint }]),
        // Otherwise rclone asks whether the bucket exists and tries to create it.
        { name: option('NO_CHECK_BUCKET'), value: 'true' },
        secretVariable(
          option('ACCESS_KEY_ID'),
          reference(credentials.accessKeyIdKey ?? 'access-key-id'),
        ),
        secretVariable(
          option('SECRET_ACCESS_KEY'),
          reference(credentials.secretAccessKeyKey ?? 'secret-access-key'),
        ),
        ...env,
      ],
      ...this.renderLimits(),
    };
  }

  private renderFetch(env: k8s.EnvVar[]): k8s.Container[] {
    const { target } = this.props;
    return target.kind === 'volume' ? [] : [this.renderCopier(target, 'download.sh', env)];
  }

  private renderLimits(): Pick<k8s.Container, 'resources' | 'securityContext' | 'volumeMounts'> {
    const memory = k8s.Quantity.fromString('1Gi');
    return {
      resources: {
        requests: { cpu: k8s.Quantity.fromString('250m'), memory },
        limits: { memory },
      },
      securityContext: RESTRICTED_CONTAINER,
      volumeMounts: [
        { name: 'scripts', mountPath: SCRIPTS_FOLDER, readOnly: true },
        { name: 'dumps', mountPath: DUMPS_FOLDER },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    };
  }

  private renderConnection(): k8s.EnvVar[] {
    const { database } = this.props.plan;
    // Not the pooler: a dump keeps one session for as long as it takes.
    const { host, port } = this.props.database.primary;
    return [
      { name: 'PGHOST', value: host },
      { name: 'PGPORT', value: String(port) },
      { name: 'PGUSER', value: database.userName },
      { name: 'PGDATABASE', value: database.databaseName },
      { name: 'PGCONNECT_TIMEOUT', value: '10' },
      secretVariable('PGPASSWORD', this.props.secrets.databasePassword),
    ];
  }

  private renderRetention(): k8s.EnvVar {
    return { name: RETENTION_DAYS, value: String(this.props.plan.backup.retentionDays) };
  }

  private metadata(name: string, component: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.props.namespace,
      labels: objectLabels(this.instance, component),
    };
  }
}
