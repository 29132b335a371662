import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { MultiRegionDeployment } from '../../../../constructs/aws';
import type { Procedure } from '../../../../lib';
import type { ExecutorEvent } from '../../../../operations/failover/aws/executor';
import { FakeWorld } from '../../../operations/failover/aws/fake-world';
import {
  buildActiveActive,
  buildActivePassive,
  executorFolder,
  templateOf,
} from '../multi-region-support';
import {
  type PlanRun,
  playPlan,
  readBlockFunctions,
  readText,
  type WrittenBlock,
  type WrittenWorkflow,
} from '../play-plan';

const FIRST = 'us-east-1';
const SECOND = 'us-west-2';

/** A gateway with a plan, and all that its templates say of it. */
interface Planned {
  readonly gateway: MultiRegionDeployment;
  readonly template: (region: string) => Template;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly workflow: (action: string, targetRegion: string) => WrittenWorkflow;
  readonly settings: ReturnType<typeof readBlockFunctions>;
  /** What the machines of Step Functions play. */
  readonly procedure: (kind: Procedure['kind'], region: string) => Procedure;
}

function plan(gateway: MultiRegionDeployment): Planned {
  const templates = new Map(
    gateway.regions.map(({ region }) => [region, templateOf(gateway, region)] as const),
  );
  const template = (region: string): Template => {
    const found = templates.get(region);
    if (found === undefined) throw new Error(region);
    return found;
  };
  const plans = [...templates.values()].flatMap((each) =>
    Object.values(each.findResources('AWS::ARCRegionSwitch::Plan')),
  );
  expect(plans).toHaveLength(1);
  const properties = plans[0]?.['Properties'] as Readonly<Record<string, unknown>>;
  const workflows = properties['Workflows'] as readonly WrittenWorkflow[];
  return {
    gateway,
    template,
    properties,
    workflow: (action, targetRegion) => {
      const [found, ...more] = workflows.filter(
        ({ WorkflowTargetAction, WorkflowTargetRegion }) =>
          WorkflowTargetAction === action && WorkflowTargetRegion === targetRegion,
      );
      expect(more).toEqual([]);
      if (found === undefined) throw new Error(`${action} ${targetRegion}`);
      return found;
    },
    settings: new Map(
      [...templates].flatMap(([region, each]) => [...readBlockFunctions(each, region)]),
    ),
    procedure: (kind, region) => {
      const machine = gateway.regions
        .flatMap(({ failover }) => failover.machines)
        .find(({ procedure }) => procedure.kind === kind && procedure.region === region);
      if (machine === undefined) throw new Error(`${kind} of ${region}`);
      return machine.procedure;
    },
  };
}

let passive: Planned | null = null;
let active: Planned | null = null;

/** Synthesized once for all tests that only look at it. */
function activePassive(): Planned {
  passive ??= plan(
    buildActivePassive({
      failover: { executorFolder: executorFolder(), plan: { kind: 'arc-region-switch' } },
    }),
  );
  return passive;
}

function activeActive(): Planned {
  active ??= plan(
    buildActiveActive({
      regions: [{ region: FIRST }, { region: SECOND }],
      failover: {
        executorFolder: executorFolder(),
        plan: { kind: 'arc-region-switch', approvedBy: 'operations/on-call' },
      },
    }),
  );
  return active;
}

const blocksOf = ({ Steps }: WrittenWorkflow): readonly WrittenBlock[] =>
  Steps.filter(({ ExecutionBlockType }) => ExecutionBlockType === 'CustomActionLambda');

describe('RegionSwitchPlan', () => {
  it('is one plan for both regions, kept by the one that takes over', () => {
    const { template, properties } = activePassive();
    template(FIRST).resourceCountIs('AWS::ARCRegionSwitch::Plan', 0);
    template(SECOND).resourceCountIs('AWS::ARCRegionSwitch::Plan', 1);
    expect(properties).toMatchObject({
      Name: 'litellm-failover',
      RecoveryApproach: 'activePassive',
      PrimaryRegion: FIRST,
      Regions: [FIRST, SECOND],
    });
  });

  it('promises what the topology promises, in whole minutes', () => {
    const { gateway, properties } = activePassive();
    const loss = gateway.recoveryObjectives.failures.find(({ failure }) => failure === 'region');
    const seconds = Math.max(loss?.dataPlaneRtoSeconds ?? 0, loss?.controlPlaneRtoSeconds ?? 0);
    expect(seconds).toBeGreaterThan(60);
    expect(properties['RecoveryTimeObjectiveMinutes']).toBe(Math.ceil(seconds / 60));
  });

  it('is started by nobody but an operator', () => {
    for (const { properties } of [activePassive(), activeActive()]) {
      expect(properties).not.toHaveProperty('Triggers');
      const alarms = Object.values(properties['AssociatedAlarms'] as object) as readonly {
        readonly AlarmType: string;
      }[];
      expect(alarms.map(({ AlarmType }) => AlarmType)).toEqual([
        'applicationHealth',
        'applicationHealth',
      ]);
    }
  });

  it('looks at the health of each region by an alarm whose name is known', () => {
    const { template, properties } = activePassive();
    for (const region of [FIRST, SECOND]) {
      const alarms = properties['AssociatedAlarms'] as Readonly<Record<string, unknown>>;
      const { ResourceIdentifier } = alarms[region] as { readonly ResourceIdentifier: unknown };
      expect(readText(ResourceIdentifier)).toBe(
        `arn:<AWS::Partition>:cloudwatch:${region}:<AWS::AccountId>:alarm:litellm-load-balancer-errors`,
      );
      template(region).hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: 'litellm-load-balancer-errors',
        AlarmActions: Match.anyValue(),
      });
    }
  });

  it('has a block for each step of the machines, in their order', () => {
    const passively = activePassive();
    const actively = activeActive();
    for (const [{ workflow, procedure }, action, target, kind, region] of [
      [passively, 'activate', SECOND, 'failover', FIRST],
      [passively, 'activate', FIRST, 'failback', FIRST],
      [actively, 'deactivate', FIRST, 'failover', FIRST],
      [actively, 'activate', FIRST, 'failback', FIRST],
      [actively, 'deactivate', SECOND, 'failover', SECOND],
      [actively, 'activate', SECOND, 'failback', SECOND],
    ] as const) {
      const { steps } = procedure(kind, region);
      expect(blocksOf(workflow(action, target)).map(({ Name }) => Name)).toEqual(
        steps.map(({ id }) => id),
      );
    }
    expect(passively.properties['Workflows']).toHaveLength(2);
    expect(actively.properties['Workflows']).toHaveLength(4);
    expect(actively.properties).toMatchObject({ RecoveryApproach: 'activeActive' });
  });

  it('fences, scales, promotes, verifies and only then shifts', () => {
    const names = blocksOf(activePassive().workflow('activate', SECOND)).map(({ Name }) => Name);
    const phases = names.map((name) => name.split('.')[0]);
    expect([...new Set(phases)]).toEqual(['fence', 'scale', 'promote', 'verify', 'shift']);
    expect(phases).toEqual([...phases].sort((one, other) => order(one) - order(other)));
  });

  it('runs nothing but our own functions, in the region that is activated, and skips none', () => {
    for (const { properties } of [activePassive(), activeActive()]) {
      for (const { Steps } of properties['Workflows'] as readonly WrittenWorkflow[]) {
        for (const { ExecutionBlockType, ExecutionBlockConfiguration } of Steps) {
          expect(['CustomActionLambda', 'ManualApproval']).toContain(ExecutionBlockType);
          const config = ExecutionBlockConfiguration.CustomActionLambdaConfig;
          if (config === undefined) continue;
          expect(config.RegionToRun).toBe('activatingRegion');
          expect(config.Lambdas).toHaveLength(1);
          expect(config).not.toHaveProperty('Ungraceful');
        }
      }
    }
  });

  it('names functions that stand in the region that is activated, and hold the very step', () => {
    for (const { properties, settings } of [activePassive(), activeActive()]) {
      const workflows = properties['Workflows'] as readonly WrittenWorkflow[];
      const named = new Set<string>();
      for (const { WorkflowTargetAction, WorkflowTargetRegion, Steps } of workflows) {
        const other = WorkflowTargetRegion === FIRST ? SECOND : FIRST;
        const activated = WorkflowTargetAction === 'activate' ? WorkflowTargetRegion : other;
        for (const { Name, ExecutionBlockConfiguration } of Steps) {
          const config = ExecutionBlockConfiguration.CustomActionLambdaConfig;
          if (config === undefined) continue;
          const arn = readText(config.Lambdas[0]?.Arn);
          expect(settings.get(arn)).toMatchObject({
            region: activated,
            executor: 'litellm-failover',
            block: { step: { id: Name } },
          });
          named.add(arn);
        }
      }
      expect([...settings.keys()].sort()).toEqual([...named].sort());
    }
  });

  it('may call its functions, look at alarms and at itself, and nothing else', () => {
    const { template } = activePassive();
    const [policy] = Object.values(
      template(SECOND).findResources('AWS::IAM::Policy', {
        Properties: {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({ Action: Match.arrayWith(['lambda:GetFunction']) }),
            ]),
          },
        },
      }),
    );
    const { Statement } = (
      policy?.['Properties'] as {
        readonly PolicyDocument: {
          readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
        };
      }
    ).PolicyDocument;
    expect(Statement.map(({ Action }) => Action)).toEqual([
      ['lambda:GetFunction', 'lambda:InvokeFunction'],
      [
        'arc-region-switch:GetPlan',
        'arc-region-switch:GetPlanExecution',
        'arc-region-switch:ListPlanExecutions',
      ],
      ['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'],
      'iam:SimulatePrincipalPolicy',
    ]);
    const [functions, plans, alarms] = Statement.map(({ Resource }) =>
      [Resource].flat().map(readText),
    );
    expect([...(functions ?? [])].sort()).toEqual([...activePassive().settings.keys()].sort());
    expect(plans).toEqual([
      'arn:<AWS::Partition>:arc-region-switch::<AWS::AccountId>:plan/litellm-failover:*',
    ]);
    expect(alarms).toHaveLength(2);
  });

  it('asks nobody unless told to', () => {
    const workflows = activePassive().properties['Workflows'] as readonly WrittenWorkflow[];
    const types = workflows.flatMap(({ Steps }) => Steps.map((step) => step.ExecutionBlockType));
    expect(new Set(types)).toEqual(new Set(['CustomActionLambda']));
  });

  it('asks the bearers of a role before the writer is stopped, or before clients move', () => {
    const { workflow } = activeActive();
    const asked = (action: string, region: string): readonly (string | undefined)[] => {
      const { Steps } = workflow(action, region);
      return Steps.flatMap(({ ExecutionBlockType, ExecutionBlockConfiguration }, index) => {
        if (ExecutionBlockType !== 'ManualApproval') return [];
        const approval = ExecutionBlockConfiguration.ExecutionApprovalConfig;
        expect(readText(approval?.ApprovalRole)).toBe(
          'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/operations/on-call',
        );
        expect(approval?.TimeoutMinutes).toBe(60);
        return [Steps[index + 1]?.Name];
      });
    };
    expect(asked('deactivate', FIRST)).toEqual([`fence.${FIRST}`]);
    expect(asked('activate', FIRST)).toEqual([`fence.${SECOND}`]);
    expect(asked('deactivate', SECOND)).toEqual([`shift.close.${SECOND}`]);
    expect(asked('activate', SECOND)).toEqual([`shift.open.${SECOND}`]);
  });

  it('refers in no stack to what another makes', () => {
    for (const { gateway, template } of [activePassive(), activeActive()]) {
      for (const { region } of gateway.regions) {
        const text = JSON.stringify(template(region).toJSON());
        expect(text).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|CrossRegionExport/);
        expect(text).not.toContain('ExportsOutput');
      }
    }
  });

  it('leaves the machines and their rehearsals as they are', () => {
    const { template } = activePassive();
    template(SECOND).resourceCountIs('AWS::StepFunctions::StateMachine', 2);
    template(SECOND).resourceCountIs('AWS::Events::Rule', 1);
  });

  it('rejects more than two regions, and an approval by what is no name', () => {
    expect(() =>
      buildActiveActive({
        failover: {
          executorFolder: executorFolder(),
          plan: { kind: 'arc-region-switch', approvedBy: 'arn:aws:iam::123456789012:role/me' },
        },
      }),
    ).toThrow(
      'failover.plan must be left out with more than two regions: a plan of ARC Region switch spans two, got 3 regions; ' +
        'leave it out; the machines of Step Functions lead any number\n' +
        '  - failover.plan.approvedBy must be the name of a role, with its path, got "arn:aws:iam::123456789012:role/me"; ' +
        'write what follows `role/` in its ARN',
    );
  });
});

describe.each([
  ['active-passive', activePassive, ['activate', SECOND]],
  ['active-active', activeActive, ['deactivate', FIRST]],
] as const)('a plan of an %s gateway', (pattern, planned, [away, awayTarget]) => {
  const createWorld = (): FakeWorld =>
    new FakeWorld([FIRST, SECOND], FIRST, pattern === 'active-active' ? 'forward' : 'own');

  function createLostWorld(): FakeWorld {
    const world = createWorld();
    world.at(FIRST).lost = true;
    return world;
  }

  function play(
    direction: 'away' | 'back',
    world: FakeWorld,
    skipped: readonly string[] = [],
  ): Promise<PlanRun> {
    const { workflow, settings } = planned();
    return playPlan(
      direction === 'away' ? workflow(away, awayTarget) : workflow('activate', FIRST),
      {
        settingsOf: (arn) => {
          const found = settings.get(arn);
          if (found === undefined) throw new Error(`there is no ${arn}`);
          return found;
        },
        execute: (region, event: ExecutorEvent) => world.invoke(region, event),
        skipped,
      },
    );
  }

  const failover = (): readonly string[] =>
    planned()
      .procedure('failover', FIRST)
      .steps.map(({ id }) => id);

  it('leads writes and clients away from a region that is lost, and back', async () => {
    const world = createLostWorld();

    expect(await play('away', world)).toMatchObject({ end: 'completed', taken: failover() });
    expect(world.at(SECOND)).toMatchObject({ role: 'writer', readOnly: false });
    expect(world.at(SECOND).closed).toEqual(new Set([FIRST]));

    world.at(FIRST).lost = false;
    world.at(FIRST).records = [{ id: 1 }, { id: 2 }];
    expect(await play('back', world)).toMatchObject({ end: 'completed', messages: [] });
    expect(world.at(FIRST)).toMatchObject({ role: 'writer', readOnly: false });
    expect(world.at(SECOND)).toMatchObject({ role: 'replica', follows: FIRST });
    expect(world.at(SECOND).records).toEqual([{ id: 1 }, { id: 2 }]);
    expect(world.at(SECOND).closed).toEqual(new Set());
  });

  it('goes on after each single thing that fails once, and comes to the same end', async () => {
    const clean = createLostWorld();
    await play('away', clean);
    for (const deed of new Set(clean.deeds)) {
      const world = createLostWorld();
      world.faults.push(deed);
      const { end, messages } = await play('away', world);
      expect({ deed, end, messages }).toEqual({ deed, end: 'completed', messages: [] });
      expect(world.at(SECOND)).toMatchObject({ role: 'writer', readOnly: false });
    }
  });

  it('pauses at each block that fails for good, tells somebody, and is mended by starting again', async () => {
    const clean = createLostWorld();
    await play('away', clean);
    for (const deed of new Set(clean.deeds)) {
      const world = createLostWorld();
      // More often than any block is called.
      world.faults.push(...Array.from({ length: 1000 }, () => deed));
      const broken = await play('away', world);
      expect({ deed, end: broken.end }).not.toEqual({ deed, end: 'completed' });
      expect(broken.messages[0]).toContain('start the plan again');
      expectSafeOrder(world);

      world.faults.length = 0;
      expect({ deed, end: (await play('away', world)).end }).toEqual({ deed, end: 'completed' });
    }
  });

  it('promotes nothing while the old writer is still heard and cannot be told to stop', async () => {
    const world = createLostWorld();
    world.logArrives = true;
    expect((await play('away', world)).end).toEqual({ pausedBy: `fence.${FIRST}` });
    expect(world.deeds).toEqual([]);
  });

  it('promotes nothing before the fence either when somebody skips the fence', async () => {
    const world = createLostWorld();
    world.logArrives = true;
    const { end } = await play('away', world, [`fence.${FIRST}`]);
    expect(end).toEqual({ pausedBy: `promote.${SECOND}` });
    expect(world.deeds.filter((deed) => deed.startsWith('promote'))).toEqual([]);
  });

  it('moves no clients to a region that was not verified, whatever is skipped', async () => {
    const world = createLostWorld();
    const skipped = failover().filter((id) => !id.startsWith('shift.close'));
    const { end } = await play('away', world, skipped);
    // A replica that forwards has nowhere to send its writes, and one that does not takes none.
    expect(end).toEqual({ pausedBy: `shift.close.${FIRST}` });
    expect(world.at(SECOND).closed).toEqual(new Set());
  });

  it('stops a writer that is there before anything else, and stops it again before it promotes', async () => {
    const world = createWorld();
    expect((await play('away', world)).end).toBe('completed');
    const stops = world.deeds.flatMap((deed, index) =>
      deed === `stop writes in ${FIRST}` ? [index] : [],
    );
    expect(stops[0]).toBe(0);
    expect(stops).toHaveLength(2);
    expect(stops[1]).toBeLessThan(world.deeds.indexOf(`promote ${SECOND}`));
  });

  it('lets the present writer write again when a failback stops half-way', async () => {
    const world = createLostWorld();
    await play('away', world);
    world.at(FIRST).lost = false;
    const { workflow, settings } = planned();
    let looks = 0;
    const { end, messages } = await playPlan(workflow('activate', FIRST), {
      settingsOf: (arn) => {
        const found = settings.get(arn);
        if (found === undefined) throw new Error(arn);
        return found;
      },
      execute: (region, event: ExecutorEvent) => {
        const drains = event.kind === 'step' && event.step.id === `promote.lag.${FIRST}`;
        if (!drains) return world.invoke(region, event);
        looks += 1;
        throw new Error('no answer');
      },
      skipped: [],
    });
    expect(end).toEqual({ pausedBy: `promote.lag.${FIRST}` });
    expect(looks).toBe(3);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`fence.${SECOND} was taken back`);
    expect(world.at(SECOND)).toMatchObject({ role: 'writer', readOnly: false });
    expect(world.at(FIRST).role).toBe('replica');
  });
});

const PHASES = ['rebuild', 'fence', 'scale', 'promote', 'verify', 'shift', 'restore'];

function order(phase: string | undefined): number {
  return PHASES.indexOf(phase ?? '');
}

/** Clients move only after something answered where they go. */
function expectSafeOrder({ deeds }: FakeWorld): void {
  const moved = deeds.findIndex((deed) => deed.startsWith('close '));
  if (moved >= 0) expect(deeds.slice(0, moved).join()).toContain('answer in ');
}
