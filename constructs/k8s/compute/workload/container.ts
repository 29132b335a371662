import { k8s } from 'cdk8s-plus-28';
import { GATEWAY_DATA_FOLDER, GATEWAY_ENVIRONMENT } from '../../../../lib';
import { RESTRICTED_CONTAINER } from '../../foundation/pod-security';
import {
  CONFIG_FILE,
  GATEWAY_FOLDER,
  REGION_SWITCH_FOLDER,
  REGION_SWITCH_KEY,
  SCRIPT_FILE,
} from './mounted-files';
import { mountSecrets } from './secrets-volume';
import type { WorkloadProps } from './workload-props';

/** The gateway's container. */
export function renderContainer(props: WorkloadProps): k8s.Container {
  const { compute } = props;
  return {
    name: 'gateway',
    image: props.image,
    ...renderStart(props),
    env: renderEnvironment(props),
    ports: [{ name: 'http', containerPort: compute.port, protocol: 'TCP' }],
    resources: renderResources(props),
    ...renderProbes(props),
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [
      { name: 'gateway', mountPath: GATEWAY_FOLDER, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'data', mountPath: GATEWAY_DATA_FOLDER },
      ...(props.secretProviderClass === null ? [] : [mountSecrets()]),
      ...(props.regionSwitchName
        ? [{ name: 'region-switch', mountPath: REGION_SWITCH_FOLDER, readOnly: true }]
        : []),
    ],
  };
}

function renderStart({ program, compute }: WorkloadProps): Partial<k8s.Container> {
  switch (program.kind) {
    case 'script':
      return { command: ['node', `${GATEWAY_FOLDER}/${SCRIPT_FILE}`] };
    case 'image':
      return {
        args: ['--config', `${GATEWAY_FOLDER}/${CONFIG_FILE}`, '--port', String(compute.port)],
      };
  }
}

/** Secrets come first, because `$(NAME)` sees only what stands before it. */
function renderEnvironment(props: WorkloadProps): k8s.EnvVar[] {
  const { compute } = props;
  const secrets = Object.entries(props.secretEnvironment)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { secretName, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secretName, key } },
    }));
  const values: Readonly<Record<string, string>> = {
    ...compute.environment,
    [GATEWAY_ENVIRONMENT.configFile]: `${GATEWAY_FOLDER}/${CONFIG_FILE}`,
    [GATEWAY_ENVIRONMENT.dataFolder]: GATEWAY_DATA_FOLDER,
    ...(compute.regionName === null ? {} : { [GATEWAY_ENVIRONMENT.region]: compute.regionName }),
    ...(props.regionSwitchName
      ? { [GATEWAY_ENVIRONMENT.regionSwitchFile]: `${REGION_SWITCH_FOLDER}/${REGION_SWITCH_KEY}` }
      : {}),
    ...props.environment,
  };
  return [
    ...secrets,
    ...Object.entries(values)
      .filter(([name]) => !(name in props.secretEnvironment))
      .map(([name, value]) => ({ name, value })),
  ];
}

/** No limit on cpu: throttling a replica that has a free core beside it only delays streams. */
function renderResources({ compute }: WorkloadProps): k8s.ResourceRequirements {
  const memory = k8s.Quantity.fromString(`${compute.memoryMib}Mi`);
  return {
    requests: { cpu: k8s.Quantity.fromString(`${compute.cpuMillicores}m`), memory },
    limits: { memory },
  };
}

/** Unit: seconds. */
const FROZEN_GRACE_SECONDS = 10;

/**
 * Readiness is the probe of every load balancer in front; liveness alone kills, so it asks for nothing but a turning
 * event loop and is the most patient.
 */
function renderProbes({ compute, program }: WorkloadProps): Partial<k8s.Container> {
  const { timers } = compute;
  const port = k8s.IntOrString.fromString('http');
  const readiness = { path: compute.readinessPath, port };
  return {
    startupProbe: {
      httpGet: readiness,
      // LiteLLM's image migrates its database first and may take minutes; our bundle is up in a second.
      periodSeconds: program.kind === 'image' ? 10 : 2,
      timeoutSeconds: timers.probeTimeoutSeconds,
      failureThreshold: 30,
    },
    readinessProbe: {
      httpGet: readiness,
      periodSeconds: timers.probeIntervalSeconds,
      timeoutSeconds: timers.probeTimeoutSeconds,
      successThreshold: timers.healthyThreshold,
      failureThreshold: timers.unhealthyThreshold,
    },
    livenessProbe: {
      httpGet: { path: compute.livenessPath, port },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
      // A replica whose event loop stands still drains nothing: the grace of a drain would only keep its place.
      terminationGracePeriodSeconds: FROZEN_GRACE_SECONDS,
    },
  };
}

/**
 * How long the kubelet waits before it tells a replica to stop. Our gateway keeps serving by itself until the load
 * balancers have noticed; an image brought may stop at once, so the kubelet waits in its place. Not by a program of the
 * image, which has none when it is distroless, and not by `/health/drain`: its token would stand in the manifest.
 *
 * Unit: seconds. Other than zero, it needs Kubernetes 1.30.
 */
export function resolveWaitSeconds({ compute, program }: WorkloadProps): number {
  return program.kind === 'script' ? 0 : compute.timers.propagationSeconds;
}
