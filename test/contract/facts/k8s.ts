import { App } from 'cdk8s';
import { parse } from 'yaml';
import { SingleRegionHA, Spread } from '../../../constructs/k8s';
import type { GatewayProps } from '../../../lib';
import { findConfig, findObject, type Manifest } from '../../constructs/k8s/manifests';
import type { Facts } from './facts';

/** Builds the pattern as a user would, and reads back what came out. */
export function synthesizeK8s(props: GatewayProps): Facts {
  const app = new App();
  new SingleRegionHA(app, 'gateway', {
    ...props,
    backup: { kind: 'volume', ...props.backup },
    database: { kind: 'patroni', ...props.database },
    cache: { kind: 'sentinel', ...props.cache },
    domain: props.domain ?? { name: 'api.example.com' },
    secrets: Object.fromEntries(
      props.config.requiredEnvironment.map((name) => [
        name,
        { secretName: 'provider-keys', key: name },
      ]),
    ),
    spread: Spread.zones(),
    gatewayScript: '// the gateway',
  });
  return readK8sFacts(
    app.charts.flatMap((chart) => chart.toJson() as Manifest[]),
    props.name ?? 'litellm',
  );
}

/** Reads the facts from manifests alone. */
export function readK8sFacts(manifests: readonly Manifest[], name: string): Facts {
  const gateway = findObject(manifests, 'Deployment', name);
  const pod = gateway.spec.template.spec;
  const [container] = pod.containers;
  const ingress = findObject(manifests, 'Ingress', name);
  const annotation = (key: string): string =>
    ingress.metadata.annotations[`nginx.ingress.kubernetes.io/${key}`];
  return {
    zones: { notOffered: 'pods spread over as many zones as the cluster has' },
    port: container.ports[0].containerPort,
    probePath: container.readinessProbe.httpGet.path,
    probeIntervalSeconds: container.readinessProbe.periodSeconds,
    probeTimeoutSeconds: container.readinessProbe.timeoutSeconds,
    healthyThreshold: container.readinessProbe.successThreshold,
    unhealthyThreshold: container.readinessProbe.failureThreshold,
    idleSeconds: Number(annotation('proxy-read-timeout')),
    drainSeconds: Number(readVariable(container, 'GRACEFUL_SHUTDOWN_TIMEOUT')),
    graceSeconds: pod.terminationGracePeriodSeconds,
    httpRedirected: annotation('force-ssl-redirect') === 'true',
    ...readScalerFacts(manifests, name),
    ...readDatabaseFacts(manifests, name),
    ...readBackupFacts(manifests, name),
    ...readCacheFacts(manifests, name),
  };
}

type ScalerFacts = Pick<
  Facts,
  'minReplicas' | 'maxReplicas' | 'cpuPercent' | 'scaleDownWindowSeconds' | 'scaleDownReplicas'
>;

/** Reads the one scaler of the gateway, whichever kind it is; two would fight. */
function readScalerFacts(manifests: readonly Manifest[], name: string): ScalerFacts {
  const kinds = ['HorizontalPodAutoscaler', 'ScaledObject'];
  const [scaler, ...others] = manifests.filter(
    (each) => kinds.includes(each.kind) && each.spec.scaleTargetRef.name === name,
  );
  if (scaler === undefined || others.length > 0) throw new Error('there must be one scaler');
  const { spec } = scaler;
  const { scaleDown } = (spec.advanced?.horizontalPodAutoscalerConfig ?? spec).behavior;
  const pace = {
    scaleDownWindowSeconds: scaleDown.stabilizationWindowSeconds,
    scaleDownReplicas: scaleDown.policies[0].value,
  };
  if (scaler.kind === 'ScaledObject') {
    const cpu = spec.triggers.find((each: Manifest) => each.type === 'cpu');
    return {
      minReplicas: spec.minReplicaCount,
      maxReplicas: spec.maxReplicaCount,
      cpuPercent: Number(cpu.metadata.value),
      ...pace,
    };
  }
  const cpu = spec.metrics.find((metric: Manifest) => metric.resource.name === 'cpu');
  return {
    minReplicas: spec.minReplicas,
    maxReplicas: spec.maxReplicas,
    cpuPercent: cpu.resource.target.averageUtilization,
    ...pace,
  };
}

function readBackupFacts(
  manifests: readonly Manifest[],
  name: string,
): Pick<Facts, 'backupRetentionDays' | 'backupWindowStart'> {
  const { spec } = findObject(manifests, 'CronJob', `${name}-backup`);
  const [container] = spec.jobTemplate.spec.template.spec.containers;
  const [minute, hour] = spec.schedule.split(' ');
  return {
    backupRetentionDays: Number(readVariable(container, 'RETENTION_DAYS')),
    backupWindowStart: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`,
  };
}

type DatabaseFacts = Pick<Facts, Extract<keyof Facts, `database${string}`>>;

function readDatabaseFacts(manifests: readonly Manifest[], name: string): DatabaseFacts {
  const members = findObject(manifests, 'StatefulSet', `${name}-postgres`).spec;
  const config = findConfig(manifests, `${name}-postgres`).data;
  const patroni = parse(config['patroni.yml']);
  const { dcs } = patroni.bootstrap;
  return {
    databaseMajorVersion: Number(/postgresql\/(\d+)\/bin/.exec(patroni.postgresql.bin_dir)?.[1]),
    databaseStandbyInOtherZone:
      dcs.synchronous_mode === true && members.replicas > 1 && spreadsOverZones(members),
    databaseReadReplicas: members.replicas - 1,
    databaseEncrypted: { notOffered: 'the storage class of the cluster decides' },
    databaseDeletionProtection:
      members.persistentVolumeClaimRetentionPolicy.whenDeleted === 'Retain',
    databaseStorageGib: parseInt(
      members.volumeClaimTemplates[0].spec.resources.requests.storage,
      10,
    ),
    databaseMaxConnections: dcs.postgresql.parameters.max_connections,
  };
}

function readCacheFacts(
  manifests: readonly Manifest[],
  name: string,
): Pick<Facts, 'cacheReplicas' | 'cacheAutomaticFailover'> {
  const redis = findObject(manifests, 'StatefulSet', `${name}-redis`).spec;
  const sentinels = findObject(manifests, 'StatefulSet', `${name}-sentinel`).spec;
  return {
    cacheReplicas: redis.replicas - 1,
    cacheAutomaticFailover:
      sentinels.replicas >= 3 && spreadsOverZones(sentinels) && spreadsOverZones(redis),
  };
}

function spreadsOverZones(spec: Manifest): boolean {
  return spec.template.spec.topologySpreadConstraints.some(
    (rule: Manifest) =>
      rule.topologyKey === 'topology.kubernetes.io/zone' &&
      rule.whenUnsatisfiable === 'DoNotSchedule',
  );
}

function readVariable(container: Manifest, name: string): string {
  return container.env.find((variable: Manifest) => variable.name === name).value;
}
