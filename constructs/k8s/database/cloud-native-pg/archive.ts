import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { RegionPlan } from '../../../../lib';
import { DEFAULT_ACCESS_KEY_ID_KEY, DEFAULT_SECRET_ACCESS_KEY_KEY } from '../../defaults';
import { objectLabels } from '../../foundation/labels';
import type { DatabaseArchive } from '../choice';

/** The operator's plugin for object storage; the operator's own archiving is on its way out. */
const PLUGIN = 'barman-cloud.cloudnative-pg.io';

/** What the Cluster says about its archive. `name` is also that of the ObjectStore. */
export function renderArchivePlugins(name: string): readonly unknown[] {
  return [{ name: PLUGIN, isWALArchiver: true, parameters: { barmanObjectName: name } }];
}

/**
 * The object storage, and a copy of the files each day into it.
 *
 * @see https://cloudnative-pg.io/plugin-barman-cloud/docs/usage/
 */
export function createCloudNativePgArchive(
  scope: Construct,
  input: {
    readonly plan: RegionPlan;
    readonly namespace: string;
    readonly archive: DatabaseArchive;
    readonly name: string;
  },
): void {
  const { plan, namespace, archive, name } = input;
  const metadata = { name, namespace, labels: { ...objectLabels(plan.name, 'archive') } };
  const { secretName, accessKeyIdKey, secretAccessKeyKey } = archive.credentials;
  new ApiObject(scope, 'ObjectStore', {
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata,
    spec: {
      retentionPolicy: `${plan.backup.retentionDays}d`,
      instanceSidecarConfiguration: {
        env: [{ name: 'AWS_DEFAULT_REGION', value: archive.region ?? 'us-east-1' }],
        resources: {
          requests: { cpu: '100m', memory: '512Mi' },
          limits: { memory: '512Mi' },
        },
      },
      configuration: {
        destinationPath: `s3://${archive.bucket}/${archive.prefix ?? plan.name}`,
        ...(archive.endpoint === undefined ? {} : { endpointURL: archive.endpoint }),
        s3Credentials: {
          accessKeyId: { name: secretName, key: accessKeyIdKey ?? DEFAULT_ACCESS_KEY_ID_KEY },
          secretAccessKey: {
            name: secretName,
            key: secretAccessKeyKey ?? DEFAULT_SECRET_ACCESS_KEY_KEY,
          },
        },
        wal: { compression: 'gzip', maxParallel: 4 },
        data: { compression: 'gzip' },
      },
    },
  });
  const [hour, minute] = plan.backup.windowStart.split(':').map(Number);
  new ApiObject(scope, 'ScheduledBackup', {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata,
    spec: {
      // Seconds come first.
      schedule: `0 ${minute} ${hour} * * *`,
      // A log without files to start from restores nothing.
      immediate: true,
      backupOwnerReference: 'self',
      cluster: { name },
      method: 'plugin',
      pluginConfiguration: { name: PLUGIN },
    },
  });
}
