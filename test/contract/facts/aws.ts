import { Cache, Compute, Database } from '../../../constructs/aws';
import type { GatewayProps } from '../../../lib';
import { build, gatewayFolder } from '../../constructs/aws/support';
import type { Facts } from './facts';

/** A CloudFormation template, as synthesized. */
export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, CloudFormationResource>>;
}

interface CloudFormationResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A Kubernetes object of which only the asked-for parts are known. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The objects sent to the cluster. What is known at deploy time only reads `<…>`. */
export function readManifests(template: CloudFormationTemplate): readonly Manifest[] {
  return resourcesOf(template, 'Custom::AWSCDK-EKS-KubernetesResource').flatMap(
    (properties) => JSON.parse(renderText(properties['Manifest'])) as Manifest[],
  );
}

/** Synthesizes a description with handles of this target and reads the facts back from the template. */
export function synthesizeAws(props: GatewayProps): Facts {
  const { template } = build((least) => ({
    ...least,
    ...props,
    secrets: least.secrets,
    domain: least.domain,
    compute: Compute.eks({ ...props.compute, gatewayFolder: gatewayFolder() }),
    database: Database.rds(props.database),
    cache: Cache.replicationGroup(props.cache),
  }));
  return readAwsFacts(template.toJSON() as CloudFormationTemplate);
}

/** What a template and the manifests inside it guarantee. */
export function readAwsFacts(template: CloudFormationTemplate): Facts {
  const manifests = readManifests(template);
  const targetGroup = only(resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup'));
  const loadBalancer = only(resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer'));
  const instances = resourcesOf(template, 'AWS::RDS::DBInstance');
  const primary = only(instances.filter((each) => !('SourceDBInstanceIdentifier' in each)));
  const parameters = only(resourcesOf(template, 'AWS::RDS::DBParameterGroup'))['Parameters'];
  const cache = only(resourcesOf(template, 'AWS::ElastiCache::ReplicationGroup'));
  const scaler = only(manifests.filter((each) => each['kind'] === 'HorizontalPodAutoscaler'));
  const deployment = only(manifests.filter((each) => each['kind'] === 'Deployment'));
  const scaleDown = at(scaler, 'spec', 'behavior', 'scaleDown');
  return {
    zones: countZones(template),
    port: number(targetGroup['Port']),
    probePath: String(targetGroup['HealthCheckPath']),
    probeIntervalSeconds: number(targetGroup['HealthCheckIntervalSeconds']),
    probeTimeoutSeconds: number(targetGroup['HealthCheckTimeoutSeconds']),
    healthyThreshold: number(targetGroup['HealthyThresholdCount']),
    unhealthyThreshold: number(targetGroup['UnhealthyThresholdCount']),
    idleSeconds: number(
      attribute(loadBalancer['LoadBalancerAttributes'], 'idle_timeout.timeout_seconds'),
    ),
    drainSeconds: number(
      attribute(targetGroup['TargetGroupAttributes'], 'deregistration_delay.timeout_seconds'),
    ),
    graceSeconds: number(
      at(deployment, 'spec', 'template', 'spec', 'terminationGracePeriodSeconds'),
    ),
    httpRedirected: redirectsHttp(template),
    minReplicas: number(at(scaler, 'spec', 'minReplicas')),
    maxReplicas: number(at(scaler, 'spec', 'maxReplicas')),
    cpuPercent: number(
      at(scaler, 'spec', 'metrics', 0, 'resource', 'target', 'averageUtilization'),
    ),
    scaleDownWindowSeconds: number(at(scaleDown, 'stabilizationWindowSeconds')),
    scaleDownReplicas: number(at(scaleDown, 'policies', 0, 'value')),
    databaseMajorVersion: number(String(primary['EngineVersion']).split('.')[0]),
    databaseStandbyInOtherZone: primary['MultiAZ'] === true,
    databaseReadReplicas: instances.length - 1,
    databaseEncrypted: primary['StorageEncrypted'] === true,
    databaseDeletionProtection: primary['DeletionProtection'] === true,
    databaseStorageGib: number(primary['AllocatedStorage']),
    databaseMaxConnections: number(at(parameters, 'max_connections')),
    backupRetentionDays: number(primary['BackupRetentionPeriod']),
    backupWindowStart: String(primary['PreferredBackupWindow']).split('-')[0] ?? '',
    cacheReplicas: number(cache['ReplicasPerNodeGroup']),
    cacheAutomaticFailover: cache['AutomaticFailoverEnabled'] === true,
  };
}

/** Zones in which replicas may stand: those of the subnets given to the cluster. */
function countZones(template: CloudFormationTemplate): number {
  const cluster = only(resourcesOf(template, 'AWS::EKS::Cluster'));
  const subnetIds = at(cluster, 'ResourcesVpcConfig', 'SubnetIds') as { readonly Ref: string }[];
  const zones = subnetIds.map(({ Ref }) =>
    JSON.stringify(template.Resources[Ref]?.Properties?.['AvailabilityZone']),
  );
  return new Set(zones).size;
}

function redirectsHttp(template: CloudFormationTemplate): boolean {
  const http = only(
    resourcesOf(template, 'AWS::ElasticLoadBalancingV2::Listener').filter(
      (listener) => listener['Port'] === 80,
    ),
  );
  const redirect = at(http, 'DefaultActions', 0, 'RedirectConfig');
  return at(redirect, 'Protocol') === 'HTTPS' && at(redirect, 'StatusCode') === 'HTTP_301';
}

function resourcesOf(template: CloudFormationTemplate, type: string): readonly Manifest[] {
  return Object.values(template.Resources)
    .filter((resource) => resource.Type === type)
    .map((resource) => resource.Properties ?? {});
}

function attribute(attributes: unknown, key: string): unknown {
  const list = attributes as { readonly Key: string; readonly Value: unknown }[];
  return list.find(({ Key }) => Key === key)?.Value;
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

function only<T>(list: readonly T[]): T {
  const [first, ...rest] = list;
  if (first === undefined || rest.length > 0) throw new Error(`expected one, got ${list.length}`);
  return first;
}

/** Not a number when absent, so that a comparison fails. */
function number(value: unknown): number {
  return Number(value ?? Number.NaN);
}

/** The text of a value that may be put together at deploy time. */
function renderText(value: unknown): string {
  if (typeof value === 'string') return value;
  const parts = at(value, 'Fn::Join', 1);
  if (!Array.isArray(parts)) throw new Error(`neither text nor a join: ${JSON.stringify(value)}`);
  return parts
    .map((part) =>
      typeof part === 'string' ? part : `<${JSON.stringify(part).replace(/[{}"[\]\\]/g, '')}>`,
    )
    .join('');
}
