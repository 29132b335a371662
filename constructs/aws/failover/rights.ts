import { Stack } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { DatabaseInstanceReadReplica } from 'aws-cdk-lib/aws-rds';
import type { IConstruct } from 'constructs';
import type { RdsInstances } from '../database/rds/instances';
import type { RdsReplica } from '../database/rds/replica';
import type { RegionPlace } from '../foundation/region-place';
import type { FailoverRegion } from './failover-region';

interface RightsInput {
  readonly place: RegionPlace;
  readonly region: FailoverRegion;
}

/** What the executor may do besides reading secrets: no more than its steps ask for. */
export function listExecutorRights(
  scope: IConstruct,
  input: RightsInput,
): readonly PolicyStatementProps[] {
  const { place } = input;
  return [
    {
      actions: ['lambda:InvokeFunction'],
      resources: place.regions.map((each) => place.names.executorArn(each)),
    },
    {
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
      ],
      resources: ['*'],
    },
    { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
    ...listDatabaseRights(scope, input),
    ...listComputeRights(scope, input),
  ];
}

function listDatabaseRights(
  scope: IConstruct,
  { place, region: { database } }: RightsInput,
): readonly PolicyStatementProps[] {
  const { partition, account, region } = Stack.of(scope);
  // Where every region writes, nothing is promoted, and a database is asked over SQL alone.
  if (place.databaseRole.kind === 'peer') return [];
  const { names, regions } = place;
  const arnOf = (resource: string): string =>
    `arn:${partition}:rds:${region}:${account}:${resource}`;
  switch (database.kind) {
    case 'existing':
      return [];
    case 'distributed':
      return [{ actions: ['dsql:DbConnectAdmin'], resources: [database.arn] }];
    case 'aurora':
      return [
        {
          actions: [
            'rds:DescribeGlobalClusters',
            'rds:FailoverGlobalCluster',
            'rds:SwitchoverGlobalCluster',
          ],
          resources: [
            `arn:${partition}:rds::${account}:global-cluster:${names.globalCluster}`,
            ...regions.map((each) => names.clusterArn(each)),
          ],
        },
      ];
    case 'rds':
    case 'rds-replica':
      return [
        {
          actions: [
            'rds:DescribeDBInstances',
            'rds:PromoteReadReplica',
            'rds:ModifyDBInstance',
            'rds:CreateDBInstanceReadReplica',
          ],
          resources: [
            ...regions.map((each) => names.databaseArn(each)),
            `${names.databaseArn(place.region)}-aside`,
            ...listReadReplicas(database).map(({ instanceArn }) => instanceArn),
            // RDS makes up the names of what an instance is set up with.
            ...['pg', 'og', 'subgrp'].map((kind) => arnOf(`${kind}:*`)),
          ],
        },
        // They hold nothing of their own, and no other instance may be deleted.
        ...(listReadReplicas(database).length > 0
          ? [
              {
                actions: ['rds:DeleteDBInstance'],
                resources: listReadReplicas(database).map(({ instanceArn }) => instanceArn),
              },
            ]
          : []),
        {
          actions: ['iam:PassRole'],
          resources: [database.monitoringRole.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'monitoring.rds.amazonaws.com' } },
        },
        {
          actions: ['kms:CreateGrant', 'kms:DescribeKey'],
          resources: [database.key.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `rds.${region}.amazonaws.com` } },
        },
      ];
  }
}

function listReadReplicas(
  database: RdsInstances | RdsReplica,
): readonly DatabaseInstanceReadReplica[] {
  return database.kind === 'rds' ? database.replicas : [];
}

function listComputeRights(
  scope: IConstruct,
  { region: { compute } }: RightsInput,
): readonly PolicyStatementProps[] {
  switch (compute.kind) {
    case 'eks':
      return [{ actions: ['eks:DescribeCluster'], resources: [compute.resource.clusterArn] }];
    case 'fargate':
      return [
        {
          actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
          resources: [compute.resource.serviceArn],
        },
        { actions: ['application-autoscaling:DescribeScalableTargets'], resources: ['*'] },
        {
          actions: ['application-autoscaling:RegisterScalableTarget'],
          resources: [
            Stack.of(scope).formatArn({
              service: 'application-autoscaling',
              resource: 'scalable-target',
              resourceName: '*',
            }),
          ],
          conditions: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
        },
      ];
  }
}
