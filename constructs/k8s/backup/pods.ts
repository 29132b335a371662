import { k8s } from 'cdk8s-plus-28';
import type { RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import { BACKUP_LOCATION, RETENTION_DAYS } from '../../../lib/render';
import type { DatabaseAccess } from '../database/choice';
import { DEFAULT_ACCESS_KEY_ID_KEY, DEFAULT_SECRET_ACCESS_KEY_KEY } from '../defaults';
import { objectLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import { secretVariable } from '../secrets/secrets';
import type { PodSize } from '../foundation/sizes';
import type { BackupChoice, ObjectStorageBackupChoice } from './choice';

/** What a gateway is described by, as objects of its namespace. */
export interface DescribedBy {
  /** ConfigMap with the configuration. */
  readonly configMapName: string;
  readonly secretKeys: readonly SecretKeyReference[];
}

export interface BackupBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly database: DatabaseAccess;
  readonly target: BackupChoice;
  readonly pod: PodChoices;
  readonly size: PodSize;
  /** What a backup of the configuration holds. */
  readonly described: DescribedBy;
}

/** Components whose pods talk to the database. */
export const BACKUP = 'backup';
export const RESTORE = 'restore';
export const RESTORE_TEST = 'restore-test';

export const DUMPS_FOLDER = '/backups';
export const WORK_FOLDER = '/scratch';
export const HOUR_SECONDS = 3600;

/** The user `postgres` of PostgreSQL's Alpine image: `initdb` wants a user that the image knows. */
const USER = { userId: 70, groupId: 70 };
const SCRIPTS_FOLDER = '/scripts';

/** What the pods of dumps and restores have in common. */
export class BackupPods {
  readonly instance: string;
  readonly scriptsName: string;
  readonly claimName: string;

  constructor(readonly props: BackupBlockProps) {
    this.instance = props.plan.name;
    this.scriptsName = `${this.instance}-backup`;
    this.claimName = `${this.instance}-backups`;
  }

  /** A pod that runs containers one after the other. */
  renderPod(
    component: string,
    steps: readonly k8s.Container[],
    volumes: k8s.Volume[] = [],
  ): k8s.PodTemplateSpec {
    return choosePod(
      {
        metadata: { labels: objectLabels(this.instance, component) },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: restrictedPod(USER),
          ...(steps.length > 1 ? { initContainers: steps.slice(0, -1) } : {}),
          containers: steps.slice(-1),
          volumes: [
            { name: 'scripts', configMap: { name: this.scriptsName } },
            { name: 'tmp', emptyDir: {} },
            this.renderDumps(),
            ...(component === RESTORE_TEST ? [this.renderScratch('scratch')] : []),
            ...volumes,
          ],
        },
      },
      this.props.pod,
    );
  }

  /** A container that runs a script with PostgreSQL's tools. */
  renderTool(name: string, script: string, env: k8s.EnvVar[]): k8s.Container {
    return {
      name,
      image: renderImage(IMAGES.postgres),
      command: ['sh', `${SCRIPTS_FOLDER}/${script}`],
      env,
      ...renderLimits(this.props.size),
    };
  }

  /** A container that runs a script with access to the object storage. */
  renderCopier(
    target: ObjectStorageBackupChoice,
    script: string,
    env: k8s.EnvVar[],
  ): k8s.Container {
    const { secretName, accessKeyIdKey, secretAccessKeyKey } = target.credentials;
    const option = (name: string): string => `RCLONE_CONFIG_STORE_${name}`;
    const secret = (name: string, key: string): k8s.EnvVar =>
      secretVariable(option(name), { secretName, key });
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
        secret('ACCESS_KEY_ID', accessKeyIdKey ?? DEFAULT_ACCESS_KEY_ID_KEY),
        secret('SECRET_ACCESS_KEY', secretAccessKeyKey ?? DEFAULT_SECRET_ACCESS_KEY_KEY),
        ...env,
      ],
      ...renderLimits(this.props.size),
    };
  }

  /** What brings a dump from object storage; nothing where dumps lie on a volume. */
  renderFetch(env: k8s.EnvVar[]): k8s.Container[] {
    const { target } = this.props;
    return target.kind === 'volume' ? [] : [this.renderCopier(target, 'download.sh', env)];
  }

  renderConnection(): k8s.EnvVar[] {
    const { database } = this.props;
    // Not the pooler: a dump keeps one session for as long as it takes.
    const { host, port } = database.primary;
    return [
      { name: 'PGHOST', value: host },
      { name: 'PGPORT', value: String(port) },
      { name: 'PGUSER', value: database.userName },
      { name: 'PGDATABASE', value: database.databaseName },
      { name: 'PGCONNECT_TIMEOUT', value: '10' },
      ...(database.sslMode === null ? [] : renderSsl(database.sslMode)),
      secretVariable('PGPASSWORD', database.password),
    ];
  }

  renderRetention(): k8s.EnvVar {
    return { name: RETENTION_DAYS, value: String(this.props.plan.backup.retentionDays) };
  }

  renderStorage(storageGib?: number): k8s.ResourceRequirements {
    const gib = storageGib ?? this.props.plan.database.storageGib;
    return { requests: { storage: k8s.Quantity.fromString(`${gib}Gi`) } };
  }

  /** A CronJob that runs one pod at a time. */
  renderCronJob(job: {
    readonly name: string;
    readonly schedule: string;
    readonly pod: k8s.PodTemplateSpec;
  }): k8s.KubeCronJobProps {
    return {
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
    };
  }

  windowStart(): { readonly hour: number; readonly minute: number } {
    const [hour, minute] = this.props.plan.backup.windowStart.split(':').map(Number);
    return { hour: hour ?? 0, minute: minute ?? 0 };
  }

  metadata(name: string, component: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.props.namespace,
      labels: objectLabels(this.instance, component),
    };
  }

  private renderDumps(): k8s.Volume {
    if (this.props.target.kind === 'object-storage') return this.renderScratch('dumps');
    return { name: 'dumps', persistentVolumeClaim: { claimName: this.claimName } };
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
}

/** The certificates that the image trusts: a file of that name in the home of the user would be looked for instead. */
function renderSsl(sslMode: string): k8s.EnvVar[] {
  return [
    { name: 'PGSSLMODE', value: sslMode },
    ...(sslMode === 'verify-full'
      ? [{ name: 'PGSSLROOTCERT', value: '/etc/ssl/certs/ca-certificates.crt' }]
      : []),
  ];
}

function renderLimits({
  cpuMillicores,
  memoryMib,
}: PodSize): Pick<k8s.Container, 'resources' | 'securityContext' | 'volumeMounts'> {
  const memory = k8s.Quantity.fromString(`${memoryMib}Mi`);
  return {
    resources: {
      requests: { cpu: k8s.Quantity.fromString(`${cpuMillicores}m`), memory },
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
