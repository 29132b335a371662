import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { CacheInUse } from './create-cache';
import type { ComputeInUse } from './create-compute';
import type { DatabaseInUse } from './create-database';
import type { ReplicationGroup } from './replication-group';
import type { FargateService } from './fargate-service';
import type { Network } from './network';

type Actions = Readonly<Record<string, CfnExperimentTemplate.ExperimentTemplateActionProperty>>;
type Targets = Readonly<Record<string, CfnExperimentTemplate.ExperimentTemplateTargetProperty>>;

/** What can be broken. */
export interface Breakables {
  readonly network: Network;
  readonly database: DatabaseInUse;
  readonly cache: CacheInUse;
  readonly compute: ComputeInUse;
}

/** One failure on purpose: what it hits, what happens to it, and what AWS must be allowed to do for that. */
export interface Experiment {
  readonly name: string;
  /** What is expected to be seen. */
  readonly description: string;
  readonly targets: Targets;
  readonly actions: Actions;
  readonly rights: readonly PolicyStatementProps[];
}

/** Long enough for probes, failover and autoscaling to have done their part. */
const OUTAGE = 'PT10M';
const RECOVERY = 'PT5M';

/**
 * The experiments that fit what the gateway stands on; what was brought is left alone.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export function planExperiments(props: Breakables): readonly Experiment[] {
  return [
    ...planZoneExperiments(props.network),
    ...planDatabaseExperiments(props.database),
    ...(props.cache.kind === 'existing' ? [] : planCacheExperiments(props.cache, props.network)),
    ...(props.compute.kind === 'fargate' ? planTaskExperiments(props.compute) : []),
  ];
}

/** Subnets are cut off by access lists that FIS puts in place of theirs, and takes away again. */
function planZoneExperiments({ vpc, availabilityZones }: Network): readonly Experiment[] {
  const stack = Stack.of(vpc);
  const subnets = [
    { name: 'ReplicasZoneLoss', what: 'replicas', list: vpc.privateSubnets },
    { name: 'DataZoneLoss', what: 'database and cache', list: vpc.isolatedSubnets },
  ];
  return subnets
    .filter(({ list }) => list.length > 0 && availabilityZones.length > 1)
    .map(({ name, what, list }) => ({
      name,
      description: `The subnet of ${what} in one zone is cut off; the other zones serve on.`,
      targets: {
        Subnets: {
          resourceType: 'aws:ec2:subnet',
          resourceArns: [ec2Arn(stack, 'subnet', list[0]?.subnetId ?? '')],
          selectionMode: 'ALL',
        },
      },
      actions: {
        CutOff: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { scope: 'all', duration: OUTAGE },
          targets: { Subnets: 'Subnets' },
        },
        Recover: wait('CutOff'),
      },
      rights: [
        {
          actions: [
            'ec2:CreateNetworkAcl',
            'ec2:CreateNetworkAclEntry',
            'ec2:DeleteNetworkAcl',
            'ec2:ReplaceNetworkAclAssociation',
            'ec2:CreateTags',
          ],
          resources: [
            ec2Arn(stack, 'network-acl', '*'),
            ec2Arn(stack, 'vpc', vpc.vpcId),
            ec2Arn(stack, 'subnet', list[0]?.subnetId ?? ''),
          ],
        },
        {
          actions: [
            'ec2:DescribeVpcs',
            'ec2:DescribeSubnets',
            'ec2:DescribeNetworkAcls',
            'ec2:DescribeManagedPrefixLists',
            'ec2:GetManagedPrefixListEntries',
          ],
          resources: ['*'],
        },
      ],
    }));
}

function planDatabaseExperiments(database: DatabaseInUse): readonly Experiment[] {
  const describe: PolicyStatementProps = {
    actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
    resources: ['*'],
  };
  switch (database.kind) {
    case 'existing':
      return [];
    case 'aurora':
      return [
        {
          name: 'DatabaseFailover',
          description: 'The writer gives way to a reader; requests with known keys notice nothing.',
          targets: { Clusters: target('aws:rds:cluster', [database.arn]) },
          actions: {
            Failover: {
              actionId: 'aws:rds:failover-db-cluster',
              targets: { Clusters: 'Clusters' },
            },
            Recover: wait('Failover'),
          },
          rights: [describe, { actions: ['rds:FailoverDBCluster'], resources: [database.arn] }],
        },
      ];
    case 'rds':
    case 'rds-replica': {
      const replicas = (database.kind === 'rds' ? database.replicas : []).map(
        ({ instanceArn }) => instanceArn,
      );
      const reboot = (
        name: string,
        description: string,
        input: { readonly arns: readonly string[]; readonly forceFailover: 'true' | 'false' },
      ): Experiment => ({
        name,
        description,
        targets: { DBInstances: target('aws:rds:db', input.arns) },
        actions: {
          Reboot: {
            actionId: 'aws:rds:reboot-db-instances',
            parameters: { forceFailover: input.forceFailover },
            targets: { DBInstances: 'DBInstances' },
          },
          Recover: wait('Reboot'),
        },
        rights: [describe, { actions: ['rds:RebootDBInstance'], resources: [...input.arns] }],
      });
      return [
        reboot(
          'DatabaseFailover',
          'The primary gives way to its standby; requests with known keys notice nothing.',
          { arns: [database.arn], forceFailover: 'true' },
        ),
        ...(replicas.length === 0
          ? []
          : [
              reboot('DatabaseReplicaLoss', 'All replicas for reading restart at once.', {
                arns: replicas,
                forceFailover: 'false',
              }),
            ]),
      ];
    }
  }
}

function planCacheExperiments(
  cache: ReplicationGroup,
  { availabilityZones }: Network,
): readonly Experiment[] {
  const arn = Stack.of(cache).formatArn({
    service: 'elasticache',
    resource: 'replicationgroup',
    resourceName: cache.resource.ref,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    {
      name: 'CacheZoneLoss',
      description:
        'The nodes of the cache in one zone lose power; replicas count by themselves until it is back.',
      targets: {
        ReplicationGroups: {
          ...target('aws:elasticache:replicationgroup', [arn]),
          parameters: { availabilityZoneIdentifier: availabilityZones[0] ?? '' },
        },
      },
      actions: {
        PowerOff: {
          actionId: 'aws:elasticache:replicationgroup-interrupt-az-power',
          parameters: { duration: OUTAGE },
          targets: { ReplicationGroups: 'ReplicationGroups' },
        },
        Recover: wait('PowerOff'),
      },
      rights: [
        { actions: ['elasticache:InterruptClusterAzPower'], resources: [arn] },
        { actions: ['elasticache:DescribeReplicationGroups'], resources: ['*'] },
      ],
    },
  ];
}

function planTaskExperiments({ cluster, resource }: FargateService): readonly Experiment[] {
  const stack = Stack.of(resource);
  return [
    {
      name: 'ReplicaLoss',
      description: 'A third of the replicas is stopped; the others serve, and new ones come.',
      targets: {
        Tasks: {
          resourceType: 'aws:ecs:task',
          parameters: { cluster: cluster.clusterName, service: resource.serviceName },
          selectionMode: 'PERCENT(34)',
        },
      },
      actions: {
        Stop: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'Tasks' } },
        Recover: wait('Stop'),
      },
      rights: [
        {
          actions: ['ecs:StopTask', 'ecs:DescribeTasks'],
          resources: [
            stack.formatArn({
              service: 'ecs',
              resource: 'task',
              resourceName: `${cluster.clusterName}/*`,
            }),
          ],
        },
        {
          actions: ['ecs:ListTasks', 'ecs:DescribeClusters', 'ecs:DescribeServices'],
          resources: ['*'],
        },
      ],
    },
  ];
}

function target(
  resourceType: string,
  resourceArns: readonly string[],
): CfnExperimentTemplate.ExperimentTemplateTargetProperty {
  return { resourceType, resourceArns: [...resourceArns], selectionMode: 'ALL' };
}

function wait(after: string): CfnExperimentTemplate.ExperimentTemplateActionProperty {
  return { actionId: 'aws:fis:wait', parameters: { duration: RECOVERY }, startAfter: [after] };
}

function ec2Arn(stack: Stack, resource: string, resourceName: string): string {
  return stack.formatArn({ service: 'ec2', resource, resourceName });
}
