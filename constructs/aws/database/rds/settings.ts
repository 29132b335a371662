import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { DatabasePlan } from '../../../../lib';
import type { DatabaseBlockProps } from '../database';
import { DATABASE_LOG_RETENTION } from '../logs';
import { MONITORING_INTERVAL } from '../monitoring';
import { databaseParameters, PARAMETER_GROUP_DESCRIPTION } from '../settings';
import { planMaintenanceWindow } from '../windows';

/** A full disk stops all writes; storage grows by itself up to this multiple. */
const STORAGE_GROWTH = 4;

/** What instances of RDS are set to alike, so that a replica can take the primary's place, in its region or in another. */
export function sharedInstanceProps(
  { plan, backup, network, instanceType, place }: DatabaseBlockProps,
  parts: {
    readonly connections: ec2.Connections;
    readonly parameterGroup: rds.IParameterGroup;
    readonly key: kms.IKey;
    readonly monitoringRole: iam.IRole;
  },
): Omit<rds.DatabaseInstanceReadReplicaProps, 'sourceDatabaseInstance'> {
  return {
    vpc: network.vpc,
    instanceType,
    port: plan.port,
    securityGroups: parts.connections.securityGroups,
    parameterGroup: parts.parameterGroup,
    storageType: rds.StorageType.GP3,
    // Of replicas, too: one whose disk is full follows no longer, and has its primary keep what it has not received.
    maxAllocatedStorage: plan.storageGib * STORAGE_GROWTH,
    publiclyAccessible: false,
    iamAuthentication: true,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: true,
    enablePerformanceInsights: true,
    performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
    performanceInsightEncryptionKey: parts.key,
    monitoringInterval: MONITORING_INTERVAL,
    monitoringRole: parts.monitoringRole,
    preferredMaintenanceWindow: planMaintenanceWindow(backup, 0, place),
    cloudwatchLogsExports: ['postgresql'],
    cloudwatchLogsRetention: DATABASE_LOG_RETENTION,
    caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
  };
}

export function createParameterGroup(scope: Construct, plan: DatabasePlan): rds.ParameterGroup {
  return new rds.ParameterGroup(scope, 'ParameterGroup', {
    engine: selectEngine(plan),
    description: PARAMETER_GROUP_DESCRIPTION,
    parameters: databaseParameters(plan),
  });
}

export function selectEngine(plan: DatabasePlan): rds.IInstanceEngine {
  const major = String(plan.majorVersion);
  // The major version alone: AWS picks its newest minor version, and upgrades to later ones by itself.
  return rds.DatabaseInstanceEngine.postgres({
    version: rds.PostgresEngineVersion.of(major, major),
  });
}
