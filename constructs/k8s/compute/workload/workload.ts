import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AutoscalingOutputs, ComputeOutputs } from '../../../../lib';
import { createContentConfigMap } from '../../foundation/content-config-map';
import { objectLabels, selectorLabels } from '../../foundation/labels';
import { choosePod } from '../../foundation/choose-pod';
import { resolvePods } from '../../foundation/pod-choices';
import { restrictedPod } from '../../foundation/pod-security';
import { renderSpread, Spread } from '../../foundation/spread';
import { renderContainer, resolveWaitSeconds } from './container';
import { renderConfigFiles, renderScriptFiles } from './mounted-files';
import { PatientDeployment } from './patient-deployment';
import { renderBehavior, renderMetrics } from './scaling';
import { renderSecretsVolume } from './secrets-volume';
import { renderService } from './service';
import type { DataVolume, WorkloadProps } from './workload-props';

/** The user of the official Node images; any image that needs no root takes it. */
const USER = { userId: 1000, groupId: 1000 };
const COMPONENT = 'gateway';
/** A key snapshot of 100 000 keys, and the spending of a day without a database. */
const DATA_VOLUME: DataVolume = { kind: 'empty-dir', sizeMib: 512 };

/**
 * The replicas of the gateway on any Kubernetes cluster: Deployment, Service, HorizontalPodAutoscaler and disruption
 * budget, with the configuration mounted.
 *
 * Costs: at the defaults 3 to 20 pods of one core and 768 MiB.
 * Survives: the loss of a pod, a node or a zone; a rolling update or a drained node without a failed request.
 * Does not survive: the loss of all zones, or of the cluster.
 */
export class Workload extends Construct implements ComputeOutputs, AutoscalingOutputs {
  /** The main resource: the Deployment. */
  readonly deployment: k8s.KubeDeployment;
  readonly service: k8s.KubeService;
  /** Null where something else owns the number of replicas. */
  readonly horizontalPodAutoscaler: k8s.KubeHorizontalPodAutoscalerV2 | null;
  /** Name of the Deployment and of its Service. */
  readonly workloadName: string;
  readonly servicePort: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Selects the replicas. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Name of the ConfigMap with the configuration. */
  readonly configMapName: string;
  /** Names of the ConfigMaps that make up the gateway's folder, in the order of mounting. */
  readonly configMapNames: readonly string[];

  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    this.workloadName = props.compute.name;
    this.servicePort = props.compute.port;
    this.minReplicas = props.autoscaling.minReplicas;
    this.maxReplicas = props.autoscaling.maxReplicas;
    this.podLabels = selectorLabels(this.workloadName, COMPONENT);

    this.createServiceAccount(props);
    this.configMapNames = this.createConfigMaps(props);
    this.configMapName = this.configMapNames[0] ?? '';
    this.deployment = this.createDeployment(props);
    this.service = this.createService(props);
    this.horizontalPodAutoscaler =
      props.scaler === 'elsewhere' ? null : this.createAutoscaler(props);
    this.createDisruptionBudget(props);
  }

  /** The gateway never talks to the cluster's API, so it gets no token for it. */
  private createServiceAccount(props: WorkloadProps): void {
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.metadata(props, this.workloadName),
      automountServiceAccountToken: false,
    });
  }

  private createConfigMaps(props: WorkloadProps): readonly string[] {
    const { compute, program } = props;
    const scripts = program.kind === 'script' ? renderScriptFiles(program.javascript) : [];
    const all = [
      {
        id: 'Config',
        name: `${compute.name}-config`,
        files: renderConfigFiles(compute.configYaml),
      },
      ...scripts.map((files, index) => ({
        id: index === 0 ? 'Script' : `Script${index + 1}`,
        name: `${compute.name}-gateway${index === 0 ? '' : `-${index + 1}`}`,
        files,
      })),
    ];
    return all.map(
      ({ id, name, files }) =>
        createContentConfigMap(this, id, {
          metadata: { ...this.metadata(props, name), name },
          content: files,
        }).name,
    );
  }

  private createDeployment(props: WorkloadProps): k8s.KubeDeployment {
    const labels = { ...objectLabels(this.workloadName, COMPONENT), app: this.workloadName };
    const waitSeconds = resolveWaitSeconds(props);
    const deployment: k8s.KubeDeploymentProps = {
      metadata: {
        ...this.metadata(props, this.workloadName),
        ...(props.annotations === undefined || Object.keys(props.annotations).length === 0
          ? {}
          : { annotations: { ...props.annotations } }),
      },
      spec: {
        // No `replicas`: the autoscaler owns the number, and a fixed one would undo it at every apply.
        revisionHistoryLimit: 5,
        minReadySeconds: 10,
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: k8s.IntOrString.fromNumber(1),
          },
        },
        selector: { matchLabels: this.podLabels },
        template: choosePod(
          {
            metadata: { labels },
            spec: {
              serviceAccountName: this.workloadName,
              automountServiceAccountToken: false,
              // Without this, each Service of the namespace adds variables such as LITELLM_PORT=tcp://…
              enableServiceLinks: false,
              terminationGracePeriodSeconds: props.compute.timers.graceSeconds,
              securityContext: restrictedPod(USER),
              topologySpreadConstraints: renderSpread(
                props.spread ?? Spread.zones(),
                this.podLabels,
                ['pod-template-hash'],
              ),
              containers: [renderContainer(props)],
              volumes: renderVolumes(props, this.configMapNames),
            },
          },
          props.pod ?? resolvePods().gateway,
        ),
      },
    };
    return waitSeconds === 0
      ? new k8s.KubeDeployment(this, 'Resource', deployment)
      : new PatientDeployment(this, 'Resource', { ...deployment, waitSeconds });
  }

  private createService(props: WorkloadProps): k8s.KubeService {
    return new k8s.KubeService(
      this,
      'Service',
      renderService(props.service ?? { type: 'ClusterIP' }, {
        metadata: this.metadata(props, this.workloadName),
        spec: {
          selector: this.podLabels,
          ports: [
            {
              name: 'http',
              port: this.servicePort,
              targetPort: k8s.IntOrString.fromString('http'),
              protocol: 'TCP',
            },
          ],
        },
      }),
    );
  }

  private createAutoscaler(props: WorkloadProps): k8s.KubeHorizontalPodAutoscalerV2 {
    const { autoscaling } = props;
    return new k8s.KubeHorizontalPodAutoscalerV2(this, 'Autoscaler', {
      metadata: this.metadata(props, this.workloadName),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.workloadName },
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: renderMetrics(autoscaling),
        behavior: renderBehavior(autoscaling),
      },
    });
  }

  private createDisruptionBudget(props: WorkloadProps): void {
    new k8s.KubePodDisruptionBudget(this, 'DisruptionBudget', {
      metadata: this.metadata(props, this.workloadName),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.podLabels },
        // A replica that never became ready protects nothing; it must not block the draining of its node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }

  private metadata(props: WorkloadProps, name: string): k8s.ObjectMeta {
    return {
      name,
      namespace: props.namespace,
      labels: objectLabels(this.workloadName, COMPONENT),
    };
  }
}

/** The workload as plain manifests, for whoever sends them to a cluster by other means. */
export function renderWorkload(props: WorkloadProps): readonly Record<string, unknown>[] {
  const chart = new Chart(new App(), 'workload');
  new Workload(chart, 'Workload', props);
  return chart.toJson() as Record<string, unknown>[];
}

function renderVolumes(props: WorkloadProps, configMapNames: readonly string[]): k8s.Volume[] {
  return [
    {
      name: 'gateway',
      projected: { sources: configMapNames.map((name) => ({ configMap: { name } })) },
    },
    { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('256Mi') } },
    renderDataVolume(props.dataVolume ?? DATA_VOLUME),
    ...(props.regionSwitchName
      ? [
          {
            name: 'region-switch',
            // Made by an operator and by no manifest: whoever applies the manifests again must not open what was closed.
            configMap: { name: props.regionSwitchName, optional: true },
          },
        ]
      : []),
    ...(props.secretProviderClass === null ? [] : [renderSecretsVolume(props.secretProviderClass)]),
  ];
}

function renderDataVolume(volume: DataVolume): k8s.Volume {
  const name = 'data';
  if (volume.kind === 'empty-dir') {
    return { name, emptyDir: { sizeLimit: k8s.Quantity.fromString(`${volume.sizeMib}Mi`) } };
  }
  const { storageGib, storageClassName } = volume;
  return {
    name,
    ephemeral: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ['ReadWriteOnce'],
          ...(storageClassName === undefined ? {} : { storageClassName }),
          resources: { requests: { storage: k8s.Quantity.fromString(`${storageGib}Gi`) } },
        },
      },
    },
  };
}
