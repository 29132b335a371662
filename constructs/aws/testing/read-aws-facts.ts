import type { Facts } from '../../../lib/testing/facts';
import {
  at,
  attribute,
  number,
  only,
  readManifests,
  resourcesOf,
  type CloudFormationTemplate,
  type Manifest,
} from './template';

/** What a template, and the manifests inside it, guarantee: of a stack with one gateway and nothing like it. */
export function readAwsFacts(template: CloudFormationTemplate): Facts {
  return {
    ...readEntranceFacts(template),
    ...(resourcesOf(template, 'AWS::ECS::Service').length > 0
      ? readFargateFacts(template)
      : readEksFacts(template)),
    ...readDatabaseFacts(template),
    ...readCacheFacts(template),
  };
}

function readEntranceFacts(template: CloudFormationTemplate) {
  const targetGroup = only(resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup'));
  const loadBalancer = only(resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer'));
  return {
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
    httpRedirected: redirectsHttp(template),
  };
}

function readEksFacts(template: CloudFormationTemplate) {
  const manifests = readManifests(template);
  const scaler = only(manifests.filter((each) => each['kind'] === 'HorizontalPodAutoscaler'));
  const deployment = only(manifests.filter((each) => each['kind'] === 'Deployment'));
  const scaleDown = at(scaler, 'spec', 'behavior', 'scaleDown');
  const cluster = only(resourcesOf(template, 'AWS::EKS::Cluster'));
  return {
    zones: countZones(template, at(cluster, 'ResourcesVpcConfig', 'SubnetIds')),
    graceSeconds: number(
      at(deployment, 'spec', 'template', 'spec', 'terminationGracePeriodSeconds'),
    ),
    minReplicas: number(at(scaler, 'spec', 'minReplicas')),
    maxReplicas: number(at(scaler, 'spec', 'maxReplicas')),
    cpuPercent: number(
      at(scaler, 'spec', 'metrics', 0, 'resource', 'target', 'averageUtilization'),
    ),
    scaleDownWindowSeconds: number(at(scaleDown, 'stabilizationWindowSeconds')),
    scaleDownReplicas: number(at(scaleDown, 'policies', 0, 'value')),
  };
}

function readFargateFacts(template: CloudFormationTemplate) {
  const service = only(resourcesOf(template, 'AWS::ECS::Service'));
  const task = only(resourcesOf(template, 'AWS::ECS::TaskDefinition'));
  const serving = only(
    (task['ContainerDefinitions'] as readonly Manifest[]).filter(
      (container) => container['PortMappings'] !== undefined,
    ),
  );
  const scaler = only(resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget'));
  const processor = only(
    resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy')
      .map((policy) => policy['TargetTrackingScalingPolicyConfiguration'] as Manifest)
      .filter(
        (policy) =>
          at(policy, 'PredefinedMetricSpecification', 'PredefinedMetricType') ===
          'ECSServiceAverageCPUUtilization',
      ),
  );
  return {
    zones: countZones(
      template,
      at(service, 'NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'),
    ),
    graceSeconds: number(serving['StopTimeout']),
    minReplicas: number(scaler['MinCapacity']),
    maxReplicas: number(scaler['MaxCapacity']),
    cpuPercent: number(processor['TargetValue']),
    scaleDownWindowSeconds: number(processor['ScaleInCooldown']),
    scaleDownReplicas: { notOffered: 'target tracking removes as many as the target allows' },
  };
}

function readDatabaseFacts(template: CloudFormationTemplate) {
  if (resourcesOf(template, 'AWS::DSQL::Cluster').length > 0) return readDistributedFacts(template);
  return resourcesOf(template, 'AWS::RDS::DBCluster').length > 0
    ? readAuroraFacts(template)
    : readRdsFacts(template);
}

/** Of a region's stack together with that of its cluster. */
function readDistributedFacts(template: CloudFormationTemplate) {
  const cluster = only(resourcesOf(template, 'AWS::DSQL::Cluster'));
  const rule = at(
    only(resourcesOf(template, 'AWS::Backup::BackupPlan')),
    'BackupPlan',
    'BackupPlanRule',
    0,
  );
  const [minute = '', hour = ''] = String(at(rule, 'ScheduleExpression'))
    .replace('cron(', '')
    .split(' ');
  return {
    databaseMajorVersion: { notOffered: 'Aurora DSQL has one version' },
    databaseStandbyInOtherZone: {
      notOffered: 'Aurora DSQL stands in three zones without being told',
    },
    databaseReadReplicas: { notOffered: 'every end of Aurora DSQL reads and writes' },
    databaseEncrypted: cluster['KmsEncryptionKey'] !== undefined,
    databaseDeletionProtection: cluster['DeletionProtectionEnabled'] === true,
    databaseStorageGib: { notOffered: 'storage of Aurora DSQL grows by itself' },
    databaseMaxConnections: { notOffered: 'a quota of the account' },
    backupRetentionDays: number(at(rule, 'Lifecycle', 'DeleteAfterDays')),
    backupWindowStart: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`,
  };
}

function readRdsFacts(template: CloudFormationTemplate) {
  const instances = resourcesOf(template, 'AWS::RDS::DBInstance');
  const primary = only(instances.filter((each) => !followsNeighbour(template, each)));
  const group = only(resourcesOf(template, 'AWS::RDS::DBParameterGroup'));
  const parameters = group['Parameters'];
  // A copy of another region's database has the version of its source, for which its parameters are made.
  const EngineVersion = primary['EngineVersion'] ?? String(group['Family']).replace('postgres', '');
  // And it is encrypted as its source is, with the key that is named.
  const StorageEncrypted =
    primary['StorageEncrypted'] === true ||
    ('SourceDBInstanceIdentifier' in primary && 'KmsKeyId' in primary);
  return {
    ...readServerFacts({ ...primary, EngineVersion, StorageEncrypted }),
    databaseStandbyInOtherZone: primary['MultiAZ'] === true,
    databaseReadReplicas: instances.length - 1,
    databaseStorageGib: number(primary['AllocatedStorage']),
    databaseMaxConnections: number(at(parameters, 'max_connections')),
  };
}

function readAuroraFacts(template: CloudFormationTemplate) {
  const instances = resourcesOf(template, 'AWS::RDS::DBInstance');
  const zones = new Set(instances.map((each) => JSON.stringify(each['AvailabilityZone'])));
  const parameters = only(resourcesOf(template, 'AWS::RDS::DBClusterParameterGroup'))['Parameters'];
  return {
    ...readServerFacts(only(resourcesOf(template, 'AWS::RDS::DBCluster'))),
    databaseStandbyInOtherZone: zones.size > 1,
    databaseReadReplicas: instances.length - 1,
    databaseStorageGib: { notOffered: 'storage of Aurora grows by itself' },
    databaseMaxConnections: number(at(parameters, 'max_connections')),
  };
}

/** Whether an instance is a replica of another one of the same template. */
function followsNeighbour(template: CloudFormationTemplate, instance: Manifest): boolean {
  const source = JSON.stringify(instance['SourceDBInstanceIdentifier'] ?? null);
  return Object.entries(template.Resources).some(
    ([id, { Type }]) => Type === 'AWS::RDS::DBInstance' && source.includes(`"${id}"`),
  );
}

/** What an instance of RDS and a cluster of Aurora call alike. */
function readServerFacts(server: Manifest) {
  return {
    databaseMajorVersion: number(String(server['EngineVersion']).split('.')[0]),
    databaseEncrypted: server['StorageEncrypted'] === true,
    databaseDeletionProtection: server['DeletionProtection'] === true,
    backupRetentionDays: number(server['BackupRetentionPeriod']),
    backupWindowStart: String(server['PreferredBackupWindow']).split('-')[0] ?? '',
  };
}

function readCacheFacts(template: CloudFormationTemplate) {
  const cache = only(resourcesOf(template, 'AWS::ElastiCache::ReplicationGroup'));
  return {
    cacheReplicas: number(cache['ReplicasPerNodeGroup']),
    cacheAutomaticFailover: cache['AutomaticFailoverEnabled'] === true,
  };
}

/** Zones in which replicas may stand: those of the subnets given to what runs them. */
function countZones(template: CloudFormationTemplate, subnetIds: unknown): number {
  const zones = (subnetIds as readonly { readonly Ref: string }[]).map(({ Ref }) =>
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
