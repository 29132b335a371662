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
  writerHosts: { 'us-east-1': 'writer' },
  readReplicas: [],
  backupRetentionDays: 30,
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
  const GONE = Object.assign(new Error('gone'), { name: 'DBInstanceNotFoundFault' });
  const instance = {
    DBInstanceStatus: 'available',
    BackupRetentionPeriod: 30,
    KmsKeyId: 'key',
    PerformanceInsightsEnabled: true,
    EnabledCloudwatchLogsExports: ['postgresql'],
  };

  /** Instances by their names; every wish is granted with silence. */
  function createInstances(
    found: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    change: Partial<DatabaseSettings> = {},
  ) {
    const rds = createRds(({ command, input }) => {
      if (command !== 'DescribeDBInstances') return {};
      const one = found[String(input['DBInstanceIdentifier'])];
      if (one === undefined) throw GONE;
      return { DBInstances: [one] };
    });
    const settings = { ...SETTINGS, ...change };
    return { ...rds, replication: createRdsReplication(rds.call, 'us-east-1', settings) };
  }

  it('promotes a replica that is available, and one that is busy not', async () => {
    for (const [status, commands] of [
      ['available', ['DescribeDBInstances', 'PromoteReadReplica']],
      ['modifying', ['DescribeDBInstances']],
    ] as const) {
      const { replication, commands: sent } = createInstances({
        'litellm-us-east-1': {
          DBInstanceStatus: status,
          ReadReplicaSourceDBInstanceIdentifier: 'arn:other',
        },
      });
      await replication.promote('forced');
      expect(sent()).toEqual(commands);
    }
  });

  it('keeps backups of what it promotes, also where the copy kept none', async () => {
    const { replication, sent } = createInstances({
      'litellm-us-east-1': {
        ...instance,
        BackupRetentionPeriod: 0,
        ReadReplicaSourceDBInstanceIdentifier: 'arn:other',
      },
    });
    await replication.promote('forced');
    expect(sent.at(-1)?.input['BackupRetentionPeriod']).toBe(30);
  });

  it('puts the old instance aside, then makes a copy that takes its name', async () => {
    const old = createInstances({ 'litellm-us-east-1': instance });
    await old.replication.rebuildFrom('us-west-2');
    expect(old.sent.at(-1)).toMatchObject({
      command: 'ModifyDBInstance',
      input: { NewDBInstanceIdentifier: 'litellm-us-east-1-aside' },
    });

    const made = createInstances({ 'litellm-us-east-1-aside': instance });
    await made.replication.rebuildFrom('us-west-2');
    expect(made.sent.at(-1)).toMatchObject({
      command: 'CreateDBInstanceReadReplica',
      input: {
        DBInstanceIdentifier: 'litellm-us-east-1',
        SourceDBInstanceIdentifier: 'arn:cluster:us-west-2',
        KmsKeyId: 'key',
        EnablePerformanceInsights: true,
        EnableCloudwatchLogsExports: ['postgresql'],
        DeletionProtection: true,
      },
    });
  });

  it('takes a copy for whole once it keeps backups, which RDS makes none with', async () => {
    const copy = {
      ...instance,
      ReadReplicaSourceDBInstanceIdentifier: 'arn:cluster:us-west-2',
      BackupRetentionPeriod: 0,
    };
    const bare = createInstances({ 'litellm-us-east-1': copy });
    expect(await bare.replication.follows('us-west-2')).toBe(false);
    await bare.replication.rebuildFrom('us-west-2');
    expect(bare.sent.at(-1)).toMatchObject({
      command: 'ModifyDBInstance',
      input: { DBInstanceIdentifier: 'litellm-us-east-1', BackupRetentionPeriod: 30 },
    });

    const whole = createInstances({ 'litellm-us-east-1': { ...copy, BackupRetentionPeriod: 30 } });
    expect(await whole.replication.follows('us-west-2')).toBe(true);
    expect(await whole.replication.follows('us-east-1')).toBe(false);
    await whole.replication.rebuildFrom('us-west-2');
    expect(whole.commands()).not.toContain('ModifyDBInstance');
  });

  it('makes replicas for reading anew that follow what was put aside, one after another', async () => {
    const copy = { ...instance, ReadReplicaSourceDBInstanceIdentifier: 'arn:cluster:us-west-2' };
    const follower = (source: string, status = 'available') => ({
      DBInstanceStatus: status,
      ReadReplicaSourceDBInstanceIdentifier: source,
    });
    const readReplicas = [
      { id: 'reads-1', zone: 'us-east-1b' },
      { id: 'reads-2', zone: 'us-east-1c' },
    ];
    const own = 'litellm-us-east-1';
    const aside = `${own}-aside`;
    const look = async (found: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => {
      const { replication, sent } = createInstances({ [own]: copy, ...found }, { readReplicas });
      const follows = await replication.follows('us-west-2');
      await replication.rebuildFrom('us-west-2');
      const wishes = sent.filter(({ command }) => command !== 'DescribeDBInstances');
      return { follows, wishes };
    };

    expect(await look({ 'reads-1': follower(aside), 'reads-2': follower(aside) })).toMatchObject({
      follows: false,
      wishes: [
        {
          command: 'DeleteDBInstance',
          input: { DBInstanceIdentifier: 'reads-1', SkipFinalSnapshot: true },
        },
      ],
    });
    expect(
      await look({ 'reads-1': follower(aside, 'deleting'), 'reads-2': follower(aside) }),
    ).toEqual({ follows: false, wishes: [] });
    expect(await look({ 'reads-2': follower(aside) })).toMatchObject({
      wishes: [
        {
          command: 'CreateDBInstanceReadReplica',
          input: {
            DBInstanceIdentifier: 'reads-1',
            SourceDBInstanceIdentifier: own,
            AvailabilityZone: 'us-east-1b',
            DeletionProtection: false,
          },
        },
      ],
    });
    expect(await look({ 'reads-1': follower(own), 'reads-2': follower(own) })).toEqual({
      follows: true,
      wishes: [],
    });
  });

  it('asks for nothing while an instance is busy', async () => {
    const busy = { ...instance, DBInstanceStatus: 'creating' };
    for (const name of ['litellm-us-east-1', 'litellm-us-east-1-aside']) {
      const { replication, commands } = createInstances({ [name]: busy });
      await replication.rebuildFrom('us-west-2');
      expect(new Set(commands())).toEqual(new Set(['DescribeDBInstances']));
    }
  });

  it('rejects to put an instance where another one was put aside before', async () => {
    const { replication } = createInstances({
      'litellm-us-east-1': instance,
      'litellm-us-east-1-aside': instance,
    });
    await expect(replication.rebuildFrom('us-west-2')).rejects.toThrow(
      new Error(
        'litellm-us-east-1-aside must be gone before litellm-us-east-1 takes its name; delete it once nothing in it is ' +
          'needed, and start again',
      ),
    );
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
