import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';
import { createAuroraReplication } from '../../../../operations/failover/aws/aurora-replication';
import type { DatabaseSettings } from '../../../../operations/failover/aws/executor-settings';
import { createRdsReplication } from '../../../../operations/failover/aws/rds-replication';

const SETTINGS: DatabaseSettings = {
  kind: 'rds',
  id: 'litellm-us-east-1',
  arn: 'arn:cluster:us-east-1',
  globalCluster: 'litellm-global',
  writerHost: 'writer',
  readerHost: 'reader',
  port: 5432,
  databaseName: 'litellm',
  userName: 'litellm',
  credentialsSecret: 'litellm/database',
  arns: { 'us-east-1': 'arn:cluster:us-east-1', 'us-west-2': 'arn:cluster:us-west-2' },
};

function createRds(answers: (request: AwsRequest) => Readonly<Record<string, unknown>>) {
  const sent: AwsRequest[] = [];
  const call = (request: AwsRequest) => {
    sent.push(request);
    return Promise.resolve().then(() => answers(request));
  };
  return { call, sent, commands: () => sent.map(({ command }) => command) };
}

describe('createRdsReplication', () => {
  const instance = { DBInstanceStatus: 'available', BackupRetentionPeriod: 30, KmsKeyId: 'key' };

  it('promotes a replica that is available, and one that is busy not', async () => {
    for (const [status, commands] of [
      ['available', ['DescribeDBInstances', 'PromoteReadReplica']],
      ['modifying', ['DescribeDBInstances']],
    ] as const) {
      const rds = createRds(() => ({
        DBInstances: [
          { DBInstanceStatus: status, ReadReplicaSourceDBInstanceIdentifier: 'arn:other' },
        ],
      }));
      await createRdsReplication(rds.call, 'us-east-1', SETTINGS).promote('forced');
      expect(rds.commands()).toEqual(commands);
    }
  });

  it('puts the old instance aside, then makes a copy that takes its name', async () => {
    const aside = createRds(() => ({ DBInstances: [instance] }));
    await createRdsReplication(aside.call, 'us-east-1', SETTINGS).rebuildFrom('us-west-2');
    expect(aside.sent[1]).toMatchObject({
      command: 'ModifyDBInstance',
      input: { NewDBInstanceIdentifier: 'litellm-us-east-1-aside' },
    });

    const made = createRds(({ input }) => {
      if (input['DBInstanceIdentifier'] !== 'litellm-us-east-1') return { DBInstances: [instance] };
      if ('SourceDBInstanceIdentifier' in input) return {};
      throw Object.assign(new Error('gone'), { name: 'DBInstanceNotFoundFault' });
    });
    await createRdsReplication(made.call, 'us-east-1', SETTINGS).rebuildFrom('us-west-2');
    expect(made.sent.at(-1)).toMatchObject({
      command: 'CreateDBInstanceReadReplica',
      input: {
        DBInstanceIdentifier: 'litellm-us-east-1',
        SourceDBInstanceIdentifier: 'arn:cluster:us-west-2',
        KmsKeyId: 'key',
        DeletionProtection: true,
      },
    });
  });
});

describe('createAuroraReplication', () => {
  it('gives up what has not arrived only where it is forced to', async () => {
    for (const [mode, command] of [
      ['forced', 'FailoverGlobalCluster'],
      ['planned', 'SwitchoverGlobalCluster'],
    ] as const) {
      const rds = createRds(() => ({ GlobalClusters: [{ Status: 'available' }] }));
      await createAuroraReplication(rds.call, 'us-east-1', SETTINGS).promote(mode);
      expect(rds.sent.at(-1)?.command).toBe(command);
      expect(rds.sent.at(-1)?.input['AllowDataLoss']).toBe(mode === 'forced' ? true : undefined);
      expect(new Set(rds.sent.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
    }
  });

  it('follows a region whose part writes while its own does not', async () => {
    const rds = createRds(() => ({
      GlobalClusters: [
        {
          GlobalClusterMembers: [
            { DBClusterArn: 'arn:cluster:us-west-2', IsWriter: true },
            { DBClusterArn: 'arn:cluster:us-east-1', IsWriter: false },
          ],
        },
      ],
    }));
    const replication = createAuroraReplication(rds.call, 'us-east-1', SETTINGS);
    expect(await replication.follows('us-west-2')).toBe(true);
    expect(await replication.follows('us-east-1')).toBe(false);
  });
});
