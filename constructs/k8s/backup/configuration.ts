import { k8s } from 'cdk8s-plus-28';
import { IMAGES, renderImage } from '../../../lib/images';
import {
  renderConfigurationAdvice,
  renderConfigurationBackupScript,
  renderConfigurationTestScript,
  renderDownloadConfigurationScript,
  renderForgetConfigurations,
} from '../../../lib/render';
import { CONFIG_FILE } from '../compute/workload/mounted-files';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type { ConfigurationBackup } from './choice';
import { type BackupBlockProps, type BackupPods, type DescribedBy, DUMPS_FOLDER } from './pods';

const SOURCE_FOLDER = '/configuration';
const PASSPHRASE_FOLDER = '/passphrase';
const PASSPHRASE_FILE = 'passphrase';
const PLAIN_FOLDER = '/plain';

/** For the owner and the group of the pod, as Kubernetes counts: octal 440. */
const READ_ONLY_MODE = 0o440;

/** The step that packs and encrypts the configuration. Objects reach it as files: it may ask the cluster for nothing. */
export function renderConfigurationBackup(pods: BackupPods): k8s.Container {
  const container = renderContainer(pods, 'configuration.sh', [pods.renderRetention()]);
  return {
    ...container,
    volumeMounts: [
      ...(container.volumeMounts ?? []),
      { name: 'configuration', mountPath: SOURCE_FOLDER, readOnly: true },
    ],
  };
}

/** The step that decrypts the newest configuration; it sees nothing of the gateway's own objects. */
export function renderConfigurationTest(pods: BackupPods): k8s.Container {
  return renderContainer(pods, 'configuration-test.sh', []);
}

/** Volumes of the step that encrypts. */
export function renderBackedUpVolumes(
  { configMapName, secretKeys }: DescribedBy,
  configuration: ConfigurationBackup,
): k8s.Volume[] {
  return [
    {
      name: 'configuration',
      projected: {
        defaultMode: READ_ONLY_MODE,
        sources: [
          { configMap: { name: configMapName, items: [{ key: CONFIG_FILE, path: CONFIG_FILE }] } },
          ...withoutRepeats(secretKeys).map((reference): k8s.VolumeProjection => ({
            secret: {
              name: reference.secretName,
              items: [{ key: reference.key, path: fileOf(reference) }],
            },
          })),
        ],
      },
    },
    ...renderSealVolumes(configuration),
  ];
}

/** Volumes of every step that knows the passphrase. */
export function renderSealVolumes({ passphrase }: ConfigurationBackup): k8s.Volume[] {
  return [
    {
      name: 'passphrase',
      secret: {
        secretName: passphrase.secretName,
        items: [{ key: passphrase.key, path: PASSPHRASE_FILE }],
        defaultMode: READ_ONLY_MODE,
      },
    },
    {
      name: 'plain',
      emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('32Mi') },
    },
  ];
}

/** The scripts, with what each of those for dumps has to do besides. */
export function renderConfigurationScripts(
  { database, target, described }: BackupBlockProps,
  scripts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { databaseName } = database;
  const input = {
    databaseName,
    folder: DUMPS_FOLDER,
    plainFolder: PLAIN_FOLDER,
    passphraseFile: `${PASSPHRASE_FOLDER}/${PASSPHRASE_FILE}`,
    files: [CONFIG_FILE, ...withoutRepeats(described.secretKeys).map(fileOf)],
  };
  return {
    ...scripts,
    'configuration.sh': renderConfigurationBackupScript({ ...input, sourceFolder: SOURCE_FOLDER }),
    'configuration-test.sh': renderConfigurationTestScript(input),
    'restore.sh': `${scripts['restore.sh'] ?? ''}${renderConfigurationAdvice(databaseName)}`,
    ...(target.kind === 'volume'
      ? {}
      : {
          'upload.sh': `${scripts['upload.sh'] ?? ''}${renderForgetConfigurations(databaseName)}`,
          'download-configuration.sh': renderDownloadConfigurationScript(input),
        }),
  };
}

function renderContainer(pods: BackupPods, script: string, env: k8s.EnvVar[]): k8s.Container {
  const tool = pods.renderTool(script.replace('.sh', ''), script, env);
  return {
    ...tool,
    // PostgreSQL's Alpine image has OpenSSL's libraries without its program; Debian's packages bring that along.
    image: renderImage(IMAGES.cloudNativePg),
    volumeMounts: [
      ...(tool.volumeMounts ?? []),
      { name: 'passphrase', mountPath: PASSPHRASE_FOLDER, readOnly: true },
      { name: 'plain', mountPath: PLAIN_FOLDER },
    ],
  };
}

function fileOf({ secretName, key }: SecretKeyReference): string {
  return `secrets/${secretName}/${key}`;
}

/** Kubernetes refuses two sources for one path. */
function withoutRepeats(keys: readonly SecretKeyReference[]): readonly SecretKeyReference[] {
  return [...new Map(keys.map((each) => [fileOf(each), each])).values()];
}
