import type { AwsCall } from './aws-call';
import type { Replication } from './executor-ports';
import type { DatabaseSettings, ReadReplica } from './executor-settings';

interface Instance {
  readonly DBInstanceStatus?: string;
  readonly ReadReplicaSourceDBInstanceIdentifier?: string;
  readonly DBInstanceClass?: string;
  readonly KmsKeyId?: string;
  readonly MultiAZ?: boolean;
  readonly MaxAllocatedStorage?: number;
  readonly BackupRetentionPeriod?: number;
  readonly CACertificateIdentifier?: string;
  readonly EnabledCloudwatchLogsExports?: readonly string[];
  readonly PerformanceInsightsEnabled?: boolean;
  readonly PerformanceInsightsKMSKeyId?: string;
  readonly MonitoringInterval?: number;
  readonly MonitoringRoleArn?: string;
  readonly DBSubnetGroup?: { readonly DBSubnetGroupName?: string };
  readonly VpcSecurityGroups?: readonly { readonly VpcSecurityGroupId?: string }[];
  readonly DBParameterGroups?: readonly { readonly DBParameterGroupName?: string }[];
}

/**
 * RDS: a replica is promoted once and for all. To follow again, the instance is put aside and a replica takes its name, and
 * with it its address. Until that answers reads go to the writer: what the old one holds would be of before the failover.
 * So it is with replicas for reading, which follow the instance they were made from by whatever name: they are made anew.
 */
export function createRdsReplication(
  call: AwsCall,
  region: string,
  { id, arns, readReplicas, backupRetentionDays }: DatabaseSettings,
): Replication {
  const rds = (command: string, input: Readonly<Record<string, unknown>>) =>
    call({ service: 'rds', command, input, region });
  const aside = `${id}-aside`;
  const find = async (name: string): Promise<Instance | null> => {
    try {
      const { DBInstances } = await rds('DescribeDBInstances', { DBInstanceIdentifier: name });
      return (DBInstances as readonly Instance[] | undefined)?.[0] ?? null;
    } catch (error) {
      if (error instanceof Error && error.name === 'DBInstanceNotFoundFault') return null;
      throw error;
    }
  };
  const followsRegion = (instance: Instance, other: string): boolean =>
    instance.ReadReplicaSourceDBInstanceIdentifier === arns[other];
  const keepsBackups = ({ BackupRetentionPeriod = 0 }: Instance): boolean =>
    BackupRetentionPeriod > 0;
  /** The first replica for reading that follows another instance, or is not there. */
  const findStray = async (): Promise<Stray | null> => {
    for (const replica of readReplicas) {
      const found = await find(replica.id);
      if (found?.ReadReplicaSourceDBInstanceIdentifier !== id) return { replica, found };
    }
    return null;
  };
  /** One wish at a time: while it makes a replica RDS takes no other from the same source. */
  const renewReadReplica = async ({ replica, found }: Stray, primary: Instance): Promise<void> => {
    if (found === null) {
      await rds('CreateDBInstanceReadReplica', {
        DBInstanceIdentifier: replica.id,
        SourceDBInstanceIdentifier: id,
        AvailabilityZone: replica.zone,
        DeletionProtection: false,
        ...describeLike(primary),
      });
    } else if (found.DBInstanceStatus !== 'deleting') {
      await rds('DeleteDBInstance', { DBInstanceIdentifier: replica.id, SkipFinalSnapshot: true });
    }
  };
  return {
    promote: async () => {
      const instance = await find(id);
      const follows = instance?.ReadReplicaSourceDBInstanceIdentifier !== undefined;
      // While it changes RDS takes no second wish.
      if (!follows || instance.DBInstanceStatus !== 'available') return;
      await rds('PromoteReadReplica', {
        DBInstanceIdentifier: id,
        BackupRetentionPeriod: backupRetentionDays,
      });
    },
    follows: async (other) => {
      const instance = await find(id);
      if (instance === null || !followsRegion(instance, other)) return false;
      return keepsBackups(instance) && (await findStray()) === null;
    },
    rebuildFrom: async (other) => {
      const instance = await find(id);
      if (instance === null) {
        const model = await find(aside);
        if (model?.DBInstanceStatus !== 'available') return;
        await rds('CreateDBInstanceReadReplica', {
          DBInstanceIdentifier: id,
          SourceDBInstanceIdentifier: arns[other],
          KmsKeyId: model.KmsKeyId,
          MultiAZ: model.MultiAZ,
          DBSubnetGroupName: model.DBSubnetGroup?.DBSubnetGroupName,
          DeletionProtection: true,
          ...describeLike(model),
        });
        return;
      }
      if (instance.DBInstanceStatus !== 'available') return;
      if (followsRegion(instance, other)) {
        // RDS makes every replica without backups; from one that keeps none no other can be made.
        if (!keepsBackups(instance)) {
          await rds('ModifyDBInstance', {
            DBInstanceIdentifier: id,
            BackupRetentionPeriod: backupRetentionDays,
            ApplyImmediately: true,
          });
          return;
        }
        const stray = await findStray();
        if (stray !== null) await renewReadReplica(stray, instance);
        return;
      }
      if ((await find(aside)) !== null) {
        throw new Error(
          `${aside} must be gone before ${id} takes its name; delete it once nothing in it is needed, and start again`,
        );
      }
      await rds('ModifyDBInstance', {
        DBInstanceIdentifier: id,
        NewDBInstanceIdentifier: aside,
        ApplyImmediately: true,
      });
    },
  };
}

interface Stray {
  readonly replica: ReadReplica;
  readonly found: Instance | null;
}

/** What CloudFormation set up on an instance, so that one that is made anew lacks nothing of it. */
function describeLike(model: Instance): Readonly<Record<string, unknown>> {
  return {
    DBInstanceClass: model.DBInstanceClass,
    StorageType: 'gp3',
    MaxAllocatedStorage: model.MaxAllocatedStorage,
    DBParameterGroupName: model.DBParameterGroups?.[0]?.DBParameterGroupName,
    VpcSecurityGroupIds: model.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
    CACertificateIdentifier: model.CACertificateIdentifier,
    EnableCloudwatchLogsExports: model.EnabledCloudwatchLogsExports,
    EnablePerformanceInsights: model.PerformanceInsightsEnabled,
    PerformanceInsightsKMSKeyId: model.PerformanceInsightsKMSKeyId,
    MonitoringInterval: model.MonitoringInterval,
    MonitoringRoleArn: model.MonitoringRoleArn,
    PubliclyAccessible: false,
    EnableIAMDatabaseAuthentication: true,
    CopyTagsToSnapshot: true,
  };
}
