import type { AwsCall } from './aws-call';
import type { Replication } from './executor-ports';
import type { DatabaseSettings } from './executor-settings';

interface Instance {
  readonly DBInstanceStatus?: string;
  readonly ReadReplicaSourceDBInstanceIdentifier?: string;
  readonly DBInstanceClass?: string;
  readonly KmsKeyId?: string;
  readonly MultiAZ?: boolean;
  readonly BackupRetentionPeriod?: number;
  readonly DBSubnetGroup?: { readonly DBSubnetGroupName?: string };
  readonly VpcSecurityGroups?: readonly { readonly VpcSecurityGroupId?: string }[];
  readonly DBParameterGroups?: readonly { readonly DBParameterGroupName?: string }[];
}

/** RDS: a replica is promoted once and for all. To follow again, the instance is put aside and a replica takes its name. */
export function createRdsReplication(
  call: AwsCall,
  region: string,
  { id, arns }: DatabaseSettings,
): Replication {
  const rds = (command: string, input: Readonly<Record<string, unknown>>) =>
    call({ service: 'rds', command, input, region });
  const find = async (): Promise<Instance | null> => {
    try {
      const { DBInstances } = await rds('DescribeDBInstances', { DBInstanceIdentifier: id });
      return (DBInstances as readonly Instance[] | undefined)?.[0] ?? null;
    } catch (error) {
      if (error instanceof Error && error.name === 'DBInstanceNotFoundFault') return null;
      throw error;
    }
  };
  return {
    promote: async () => {
      const instance = await find();
      const follows = instance?.ReadReplicaSourceDBInstanceIdentifier !== undefined;
      // While it changes RDS takes no second wish.
      if (!follows || instance.DBInstanceStatus !== 'available') return;
      await rds('PromoteReadReplica', {
        DBInstanceIdentifier: id,
        BackupRetentionPeriod: instance.BackupRetentionPeriod,
      });
    },
    follows: async (other) => (await find())?.ReadReplicaSourceDBInstanceIdentifier === arns[other],
    rebuildFrom: async (other) => {
      const instance = await find();
      const aside = `${id}-aside`;
      if (instance !== null) {
        if (instance.DBInstanceStatus !== 'available') return;
        await rds('ModifyDBInstance', {
          DBInstanceIdentifier: id,
          NewDBInstanceIdentifier: aside,
          ApplyImmediately: true,
        });
        return;
      }
      const { DBInstances } = await rds('DescribeDBInstances', { DBInstanceIdentifier: aside });
      const model = (DBInstances as readonly Instance[] | undefined)?.[0] ?? {};
      if (model.DBInstanceStatus !== 'available') return;
      await rds('CreateDBInstanceReadReplica', {
        DBInstanceIdentifier: id,
        SourceDBInstanceIdentifier: arns[other],
        DBInstanceClass: model.DBInstanceClass,
        KmsKeyId: model.KmsKeyId,
        MultiAZ: model.MultiAZ,
        StorageType: 'gp3',
        DBSubnetGroupName: model.DBSubnetGroup?.DBSubnetGroupName,
        DBParameterGroupName: model.DBParameterGroups?.[0]?.DBParameterGroupName,
        VpcSecurityGroupIds: model.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
        DeletionProtection: true,
        PubliclyAccessible: false,
        EnableIAMDatabaseAuthentication: true,
        CopyTagsToSnapshot: true,
        BackupRetentionPeriod: model.BackupRetentionPeriod,
      });
    },
  };
}
