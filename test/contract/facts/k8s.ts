import { App } from 'cdk8s';
import { parse } from 'yaml';
import { SingleRegionHA } from '../../../constructs/k8s';
import type { GatewayProps } from '../../../lib';
import { findObject, type Manifest } from '../../constructs/k8s/manifests';
import type { Facts } from './facts';

/** Builds the pattern as a user would, and reads back what came out. */
export function synthesizeK8s(props: GatewayProps): Facts {
  const app = new App();
  new SingleRegionHA(app, 'gateway', {
    ...props,
    database: { kind: 'patroni', ...props.database },
    cache: { kind: 'sentinel', ...props.cache },
    domain: props.domain ?? { name: 'api.example.com' },
    secrets: Object.fromEntries(
      props.config.requiredEnvironment.map((name) => [
        name,
        { secretName: 'provider-keys', key: name },
      ]),
    ),
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
  const scaler = findObject(manifests, 'HorizontalPodAutoscaler', name).spec;
  const { scaleDown } = scaler.behavior;
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
    minReplicas: scaler.minReplicas,
    maxReplicas: scaler.maxReplicas,
    cpuPercent: scaler.metrics.find((metric: Manifest) => metric.resource.name === 'cpu').resource
      .target.averageUtilization,
    scaleDownWindowSeconds: scaleDown.stabilizationWindowSeconds,
    scaleDownReplicas: scaleDown.policies[0].value,
    ...readDatabaseFacts(manifests, name),
    backupRetentionDays: { notOffered: 'no backup leaves the cluster' },
    backupWindowStart: { notOffered: 'no backup leaves the cluster' },
    ...readCacheFacts(manifests, name),
  };
}

type DatabaseFacts = Pick<Facts, Extract<keyof Facts, `database${string}`>>;

function readDatabaseFacts(manifests: readonly Manifest[], name: string): DatabaseFacts {
  const members = findObject(manifests, 'StatefulSet', `${name}-postgres`).spec;
  const config = findObject(manifests, 'ConfigMap', `${name}-postgres`).data;
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
