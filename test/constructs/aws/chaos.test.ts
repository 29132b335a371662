import { Chaos, Compute, Database } from '../../../constructs/aws';
import { build, buildDefaults, gatewayFolder, shortStreams, type Built } from './support';

interface TemplateProperties {
  readonly Actions: Readonly<
    Record<string, { readonly ActionId: string; readonly StartAfter?: readonly string[] }>
  >;
  readonly Targets: Readonly<Record<string, unknown>>;
  readonly ExperimentOptions: unknown;
  readonly StopConditions: readonly { readonly Source: string; readonly Value: unknown }[];
  readonly Tags: { readonly Name: string };
}

function experiments({ template }: Built): readonly TemplateProperties[] {
  return Object.values(template.findResources('AWS::FIS::ExperimentTemplate')).map(
    (each) => each['Properties'] as TemplateProperties,
  );
}

let shared: Built | null = null;
function buildOnFargate(): Built {
  shared ??= build((props) => ({
    ...props,
    ...shortStreams(),
    compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    chaos: Chaos.faultInjection(),
  }));
  return shared;
}

describe('Chaos', () => {
  it('breaks nothing unless it is asked for', () => {
    buildDefaults().template.resourceCountIs('AWS::FIS::ExperimentTemplate', 0);
  });

  it('has experiments with zones, database, cache and replicas, of more than eight actions', () => {
    const all = experiments(buildOnFargate());
    expect(all.map(({ Tags }) => Tags.Name)).toEqual([
      'ReplicasZoneLoss',
      'DataZoneLoss',
      'DatabaseFailover',
      'DatabaseReplicaLoss',
      'CacheZoneLoss',
      'ReplicaLoss',
    ]);
    const actions = all.flatMap(({ Actions }) => Object.values(Actions));
    expect(actions.length).toBeGreaterThanOrEqual(8);
    expect(new Set(actions.map(({ ActionId }) => ActionId))).toEqual(
      new Set([
        'aws:network:disrupt-connectivity',
        'aws:rds:reboot-db-instances',
        'aws:elasticache:replicationgroup-interrupt-az-power',
        'aws:ecs:stop-task',
        'aws:fis:wait',
        'aws:cloudwatch:assert-alarm-state',
      ]),
    );
  });

  it('stops each when users are failed, and fails each that hits nothing', () => {
    const built = buildOnFargate();
    const [alarm] = built.gateway.monitoring.stopAlarms;
    for (const { StopConditions, ExperimentOptions } of experiments(built)) {
      expect(StopConditions).toEqual([
        { Source: 'aws:cloudwatch:alarm', Value: built.stack.resolve(alarm?.alarmArn) },
      ]);
      expect(ExperimentOptions).toEqual({
        AccountTargeting: 'single-account',
        EmptyTargetResolutionMode: 'fail',
      });
    }
  });

  it('ends each by asking whether users were served, after all else', () => {
    for (const { Actions } of experiments(buildOnFargate())) {
      const { UsersWereServed, ...others } = Actions;
      expect(UsersWereServed?.StartAfter).toEqual(Object.keys(others));
    }
  });

  it('may break what its experiments name, and nothing else', () => {
    const { template } = buildOnFargate();
    const breaking = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.includes('ChaosRole'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action as string[]);
    for (const action of breaking) {
      expect(action).toMatch(/:(Describe|List|Get|CreateLogDelivery|PutResourcePolicy)/);
    }
  });

  it('fails Aurora over by its own action', () => {
    const all = experiments(
      build((props) => ({
        ...props,
        database: Database.aurora(),
        chaos: Chaos.faultInjection(),
      })),
    );
    const actions = all.flatMap(({ Actions }) => Object.values(Actions));
    expect(actions.map(({ ActionId }) => ActionId)).toContain('aws:rds:failover-db-cluster');
    expect(all.map(({ Tags }) => Tags.Name)).not.toContain('ReplicaLoss');
  });
});
