import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { GATEWAY_ENVIRONMENT } from '../../../../lib';
import { objectLabels } from '../../foundation/labels';
import { choosePod } from '../../foundation/choose-pod';
import { type PodChoices, resolvePods } from '../../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../../foundation/pod-security';
import type { SecretKeyReference } from '../../foundation/secret-key-reference';
import { CONFIG_FILE, GATEWAY_FOLDER, renderConfigFiles, SCRIPT_FILE } from './mounted-files';
import { mountSecrets, renderSecretsVolume } from './secrets-volume';
import type { WorkloadProgram } from './workload-props';

/** Component of the pods of a migration. */
export const MIGRATION = 'migration';

export interface MigrationJobProps {
  /** Name of the gateway. */
  readonly instance: string;
  /** Full reference of the image. */
  readonly image: string;
  /** The gateway's own script is started from its mounted files; an image has an entry point. */
  readonly program: WorkloadProgram['kind'];
  /** The ConfigMaps that make up the gateway's folder. Empty: it has none. */
  readonly configMapNames: readonly string[];
  /** May use `$(NAME)` for names of `secretEnvironment`. May be late-bound. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  /** Secrets Store CSI volume to mount, so that the driver copies its secrets; null where nothing is copied. */
  readonly secretProviderClass: string | null;
  /** Null: the namespace's own. */
  readonly serviceAccountName: string | null;
  /** How long it may try: the first time, the database is not there yet. */
  readonly deadlineSeconds: number;
  /** How long it stays to be looked at. */
  readonly keptSeconds: number;
  /**
   * What its pod is told beyond what it needs.
   *
   * @default - nothing
   */
  readonly pod?: PodChoices;
}

const USER = { userId: 1000, groupId: 1000 };

/** What brings the schema of the database up to date: the program of the gateway, run to its end. */
export function renderMigrationJob(props: MigrationJobProps): k8s.JobSpec {
  const { instance, configMapNames, secretProviderClass, serviceAccountName } = props;
  return {
    backoffLimit: 10,
    activeDeadlineSeconds: props.deadlineSeconds,
    ttlSecondsAfterFinished: props.keptSeconds,
    template: choosePod(
      {
        metadata: { labels: objectLabels(instance, MIGRATION) },
        spec: {
          ...(serviceAccountName === null ? {} : { serviceAccountName }),
          restartPolicy: 'OnFailure',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: restrictedPod(USER),
          containers: [renderContainer(props)],
          volumes: [
            ...(configMapNames.length === 0 ? [] : [renderGatewayVolume(configMapNames)]),
            { name: 'tmp', emptyDir: {} },
            ...(secretProviderClass === null ? [] : [renderSecretsVolume(secretProviderClass)]),
          ],
        },
      },
      props.pod ?? resolvePods().jobs,
    ),
  };
}

export interface MigrationManifestProps extends Omit<
  MigrationJobProps,
  'program' | 'configMapNames'
> {
  readonly namespace: string;
  /** Null: all it needs to know is in its environment. */
  readonly configYaml: string | null;
}

/**
 * The Job of an image, with the configuration it reads if any, as plain manifests for whoever sends them to a cluster by other
 * means. Whoever changes anything about it has to change its name, because a Job never changes.
 */
export function renderMigration(props: MigrationManifestProps): {
  readonly configs: readonly Record<string, unknown>[];
  readonly job: Record<string, unknown>;
} {
  const chart = new Chart(new App(), MIGRATION);
  const metadata = {
    name: `${props.instance}-${MIGRATION}`,
    namespace: props.namespace,
    labels: objectLabels(props.instance, MIGRATION),
  };
  const { configYaml } = props;
  const job = new k8s.KubeJob(chart, 'Job', {
    metadata,
    spec: renderMigrationJob({
      ...props,
      environment: {
        ...props.environment,
        ...(configYaml === null
          ? {}
          : { [GATEWAY_ENVIRONMENT.configFile]: `${GATEWAY_FOLDER}/${CONFIG_FILE}` }),
      },
      program: 'image',
      configMapNames: configYaml === null ? [] : [metadata.name],
    }),
  });
  const configs =
    configYaml === null
      ? []
      : [
          new k8s.KubeConfigMap(chart, 'Config', {
            metadata,
            data: renderConfigFiles(configYaml).data,
          }),
        ];
  return {
    configs: configs.map((config) => config.toJson() as Record<string, unknown>),
    job: job.toJson() as Record<string, unknown>,
  };
}

function renderContainer(props: MigrationJobProps): k8s.Container {
  const memory = k8s.Quantity.fromString('256Mi');
  return {
    name: MIGRATION,
    image: props.image,
    ...(props.program === 'script'
      ? { command: ['node', `${GATEWAY_FOLDER}/${SCRIPT_FILE}`] }
      : {}),
    env: [
      ...Object.entries(props.secretEnvironment).map(([name, { secretName, key }]) => ({
        name,
        valueFrom: { secretKeyRef: { name: secretName, key } },
      })),
      { name: GATEWAY_ENVIRONMENT.command, value: 'migrate' },
      ...Object.entries(props.environment)
        .filter(
          ([name]) => name !== GATEWAY_ENVIRONMENT.command && !(name in props.secretEnvironment),
        )
        .map(([name, value]) => ({ name, value })),
    ],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('100m'), memory },
      limits: { memory },
    },
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [
      ...(props.configMapNames.length === 0
        ? []
        : [{ name: 'gateway', mountPath: GATEWAY_FOLDER, readOnly: true }]),
      { name: 'tmp', mountPath: '/tmp' },
      ...(props.secretProviderClass === null ? [] : [mountSecrets()]),
    ],
  };
}

function renderGatewayVolume(configMapNames: readonly string[]): k8s.Volume {
  return {
    name: 'gateway',
    projected: { sources: configMapNames.map((name) => ({ configMap: { name } })) },
  };
}
