import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { ReplicationGroup } from '../cache/replication-group';
import type { AuroraCluster } from '../database/aurora/cluster';
import type { DatabaseInUse } from '../database/create-database';
import type { DistributedDatabase } from '../database/distributed/database';
import type { Network } from '../network/network';
import { type Experiment, OUTAGE, target, wait } from './experiment';

const DESCRIBE: PolicyStatementProps = {
  actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
  resources: ['*'],
};

/** The database changes places, loses what reads from it, or cannot be reached; none of one that was brought. */
export function planDatabaseExperiments(database: DatabaseInUse): readonly Experiment[] {
  switch (database.kind) {
    case 'existing':
      return [];
    case 'distributed':
      return [planConnectionLoss(database)];
    case 'aurora':
      return [planClusterFailover(database), ...planReaderLoss(listReaders(database))];
    case 'rds':
    case 'rds-replica':
      return [
        planReboot(
          {
            name: 'DatabaseFailover',
            description:
              'The primary gives way to its standby; requests with known keys notice nothing.',
          },
          { arns: [database.arn], forceFailover: 'true' },
        ),
        ...planReaderLoss(
          (database.kind === 'rds' ? database.replicas : []).map(({ instanceArn }) => instanceArn),
        ),
      ];
  }
}

function planClusterFailover({ arn }: AuroraCluster): Experiment {
  return {
    name: 'DatabaseFailover',
    description: 'The writer gives way to a reader; requests with known keys notice nothing.',
    targets: { Clusters: target('aws:rds:cluster', [arn]) },
    actions: {
      Failover: { actionId: 'aws:rds:failover-db-cluster', targets: { Clusters: 'Clusters' } },
      Recover: wait('Failover'),
    },
    rights: [DESCRIBE, { actions: ['rds:FailoverDBCluster'], resources: [arn] }],
  };
}

/** All instances but the one that was the writer when the cluster was made. */
function listReaders({ resource }: AuroraCluster): readonly string[] {
  return resource.instanceIdentifiers.slice(1).map((resourceName) =>
    Stack.of(resource).formatArn({
      service: 'rds',
      resource: 'db',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}

function planReaderLoss(arns: readonly string[]): readonly Experiment[] {
  if (arns.length === 0) return [];
  return [
    planReboot(
      {
        name: 'DatabaseReplicaLoss',
        description: 'All replicas for reading restart at once.',
      },
      { arns, forceFailover: 'false' },
    ),
  ];
}

function planReboot(
  named: Pick<Experiment, 'name' | 'description'>,
  input: { readonly arns: readonly string[]; readonly forceFailover: 'true' | 'false' },
): Experiment {
  return {
    ...named,
    targets: { DBInstances: target('aws:rds:db', input.arns) },
    actions: {
      Reboot: {
        actionId: 'aws:rds:reboot-db-instances',
        parameters: { forceFailover: input.forceFailover },
        targets: { DBInstances: 'DBInstances' },
      },
      Recover: wait('Reboot'),
    },
    rights: [DESCRIBE, { actions: ['rds:RebootDBInstance'], resources: [...input.arns] }],
  };
}

/** It has nothing that could change places, so all that can be taken away is the way to it. */
function planConnectionLoss({ arn }: DistributedDatabase): Experiment {
  const actionId = 'aws:dsql:cluster-connection-failure';
  return {
    name: 'DatabaseLoss',
    description: 'No connection to the database is made; requests with known keys notice nothing.',
    targets: { Clusters: target('aws:dsql:cluster', [arn]) },
    actions: {
      CutOff: {
        actionId,
        parameters: { duration: OUTAGE, percentage: '100' },
        targets: { Clusters: 'Clusters' },
      },
      Recover: wait('CutOff'),
    },
    rights: [
      { actions: ['dsql:GetCluster'], resources: [arn] },
      {
        actions: ['dsql:InjectError'],
        resources: ['*'],
        // As the user guide narrows it: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/disaster-recovery-resiliency.html
        conditions: {
          StringEquals: { 'dsql:FisActionId': actionId },
          'ForAllValues:ArnLike': { 'dsql:FisTargetArns': arn },
        },
      },
    ],
  };
}

/** The cache loses a zone. */
export function planCacheExperiments(
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
