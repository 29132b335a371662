import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  planDatabaseAlarms,
  type WatchedDatabase,
} from '../../../../constructs/aws/database/alarms';
import { type AlarmPlan, createAlarm } from '../../../../constructs/aws/foundation/alarm';
import { AWS_TRAITS, planSingleRegion, type PoolerSpec, resolveSpec } from '../../../../lib';
import { aConfig } from '../../../support/a-config';

const PROXY = { ProxyName: 'proxy' };

function watched(change: Partial<WatchedDatabase> = {}): WatchedDatabase {
  return {
    instanceIds: ['primary', 'replica'],
    events: null,
    replicaLag: { name: 'ReplicaLag', unitsPerSecond: 1 },
    sourceLag: null,
    disks: 'own',
    pooler: null,
    ...change,
  };
}

function plan(
  database: WatchedDatabase,
  pooler: PoolerSpec | null = null,
): ReadonlyMap<string, AlarmPlan> {
  const secrets = { OPENAI_API_KEY: 'handle' };
  const { spec } = resolveSpec({ config: aConfig(), secrets }, AWS_TRAITS, pooler);
  const [region] = planSingleRegion(spec, AWS_TRAITS).regions;
  if (region === undefined) throw new Error('no region was planned');
  return new Map(planDatabaseAlarms(database, region.database).map((each) => [each.name, each]));
}

/** What CloudWatch is told. */
function render(alarm: AlarmPlan | undefined): Readonly<Record<string, unknown>> {
  if (alarm === undefined) throw new Error('the alarm was not planned');
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Stack');
  createAlarm(stack, alarm, 'https://runbooks');
  const [resource] = Object.values(
    Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'),
  );
  return resource?.['Properties'] as Readonly<Record<string, unknown>>;
}

describe('planDatabaseAlarms', () => {
  it('watches processor, connections, memory, lag and each disk', () => {
    expect([...plan(watched()).keys()]).toEqual([
      'DatabaseProcessor',
      'DatabaseConnections',
      'DatabaseMemory',
      'DatabaseReplicaLag',
      'DatabaseStorage1',
      'DatabaseStorage2',
    ]);
  });

  it('tells of the instance with the least memory to spare', () => {
    const alarm = render(plan(watched()).get('DatabaseMemory'));
    expect(alarm).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 512 * 1024 ** 2,
      EvaluationPeriods: 15,
      TreatMissingData: 'notBreaching',
    });
    expect(JSON.stringify(alarm['Metrics'])).toContain('MIN([node1, node2])');
    expect(JSON.stringify(alarm['Metrics'])).toContain('FreeableMemory');
  });

  it('watches the pooler where there is one', () => {
    const pooler = { kind: 'share', maxConnectionsPercent: 50, serves: 'all' } as const;
    const dimensions = { proxy: PROXY, primary: { ...PROXY, TargetRole: 'READ_WRITE' } };
    const alarms = plan(watched({ pooler: dimensions }), pooler);
    expect([...alarms.keys()].filter((name) => name.startsWith('DatabasePooler'))).toEqual([
      'DatabasePoolerAway',
      'DatabasePoolerWait',
      'DatabasePoolerHeld',
    ]);
    // A tenth of the half of 400 connections that it may open.
    expect(alarms.get('DatabasePoolerHeld')?.threshold).toBe(20);
  });

  it('watches nothing of a database that somebody else runs', () => {
    expect(plan(watched({ instanceIds: [] })).size).toBe(0);
  });
});
