import { Aws, CfnOutput } from 'aws-cdk-lib';
import { CfnPlan } from 'aws-cdk-lib/aws-arcregionswitch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { MultiRegionTopology } from '../../../lib';
import { acknowledgeUnscopedActions } from '../foundation/acknowledge';
import { namePhysically, type PhysicalNames } from '../foundation/physical-names';
import {
  checkBlockCount,
  listWorkflows,
  planBlocks,
  type PlannedBlock,
  type PlanWorkflow,
  selectApproved,
} from './region-switch-plan-workflows';

export interface RegionSwitchPlanProps {
  readonly topology: MultiRegionTopology;
  /** Name of the role that approves. Null: nobody is asked. */
  readonly approvedBy: string | null;
}

/** What CloudFormation takes when nothing is said. */
const APPROVAL_MINUTES = 60;
/** A week. @see AWS::ARCRegionSwitch::Plan, RecoveryTimeObjectiveMinutes */
const MOST_MINUTES = 10_080;

/**
 * A plan of ARC Region switch that plays the very steps of the machines, by choice beside them. It is one thing for all
 * regions: its control plane lives in us-east-1 and is needed to change it, while each region has a data plane that runs it.
 * An operator starts it in the region that is activated; it has no triggers. No block edits a record or brings a health
 * check: our switches lead clients.
 *
 * Costs: 70 USD a month for the plan, whether it runs or not, and cents when it does.
 * Survives: the loss of the region it leads away from, and of us-east-1: it is run by the region that is activated.
 * Does not survive: the loss of both regions. It cannot be changed while us-east-1 is gone; the machines can.
 *
 * @see https://aws.amazon.com/application-recovery-controller/pricing/
 * @see ARC User Guide, "Region switch": a data plane in each Region; endpoints of its API model for the control plane
 */
export class RegionSwitchPlan extends Construct {
  readonly resource: CfnPlan;
  readonly role: iam.Role;
  readonly workflows: readonly PlanWorkflow[];

  constructor(scope: Construct, id: string, { topology, approvedBy }: RegionSwitchPlanProps) {
    super(scope, id);
    const names = namePhysically(topology.name);
    const regions = topology.regions.map(({ region }) => region);
    this.workflows = listWorkflows(topology);
    checkBlockCount(this.workflows);
    this.role = this.createRole(names, regions);
    this.resource = new CfnPlan(this, 'Resource', {
      name: names.regionSwitchPlan,
      description: `Failover and failback of ${topology.name}, step by step as its machines take them`,
      executionRole: this.role.roleArn,
      ...(topology.pattern === 'active-passive'
        ? { recoveryApproach: 'activePassive', primaryRegion: requireFirst(regions) }
        : { recoveryApproach: 'activeActive' }),
      regions: [...regions],
      recoveryTimeObjectiveMinutes: promisedMinutes(topology),
      associatedAlarms: Object.fromEntries(
        regions.map((region) => [
          region,
          {
            alarmType: 'applicationHealth',
            resourceIdentifier: names.healthAlarmArn(region),
          },
        ]),
      ),
      workflows: this.workflows.map((workflow) => renderWorkflow(workflow, { names, approvedBy })),
    });
    // Region switch looks at a plan as soon as it is there, and warns of what its role may not do.
    this.resource.node.addDependency(this.role);
    new CfnOutput(this, 'Arn', {
      value: this.resource.attrArn,
      description: 'What start-plan-execution takes',
    });
  }

  /** @see ARC User Guide, "Identity-based policy examples for Region switch" */
  private createRole(names: PhysicalNames, regions: readonly string[]): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Runs the Region switch plan of the gateway',
      assumedBy: new iam.ServicePrincipal('arc-region-switch.amazonaws.com'),
    });
    // What follows the name is made up by AWS.
    const planArn = `arn:${Aws.PARTITION}:arc-region-switch::${Aws.ACCOUNT_ID}:plan/${names.regionSwitchPlan}:*`;
    const rights: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['lambda:GetFunction', 'lambda:InvokeFunction'], this.listFunctions(names)],
      [
        [
          'arc-region-switch:GetPlan',
          'arc-region-switch:GetPlanExecution',
          'arc-region-switch:ListPlanExecutions',
        ],
        [planArn],
      ],
      [
        ['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'],
        regions.map((region) => names.healthAlarmArn(region)),
      ],
      // By this Region switch finds out, before it matters, whether the role may do what the blocks ask for.
      [['iam:SimulatePrincipalPolicy'], [role.roleArn]],
    ];
    for (const [actions, resources] of rights) {
      role.addToPolicy(
        new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }),
      );
    }
    acknowledgeUnscopedActions(role, [planArn]);
    return role;
  }

  private listFunctions(names: PhysicalNames): readonly string[] {
    return this.workflows.flatMap(({ procedure: { kind, steps }, runsIn }) =>
      steps.map(({ id }) => names.planBlockArn({ region: runsIn, kind, stepId: id })),
    );
  }
}

interface WorkflowSurroundings {
  readonly names: PhysicalNames;
  readonly approvedBy: string | null;
}

function renderWorkflow(
  workflow: PlanWorkflow,
  { names, approvedBy }: WorkflowSurroundings,
): CfnPlan.WorkflowProperty {
  const { action, targetRegion, procedure } = workflow;
  const approved = selectApproved(procedure);
  return {
    workflowTargetAction: action,
    workflowTargetRegion: targetRegion,
    workflowDescription: `${procedure.kind} of ${procedure.region}`,
    steps: planBlocks(procedure).flatMap((block) => [
      ...(approvedBy !== null && block.step === approved
        ? [renderApproval(block, approvedBy)]
        : []),
      renderBlock(block, workflow, names),
    ]),
  };
}

/** Nothing is said of ungraceful runs: a block that may be skipped in one would leave out the fence. */
function renderBlock(
  { step, timeoutMinutes, retryIntervalMinutes }: PlannedBlock,
  { procedure: { kind }, runsIn }: PlanWorkflow,
  names: PhysicalNames,
): CfnPlan.StepProperty {
  return {
    name: step.id,
    description: step.summary,
    executionBlockType: 'CustomActionLambda',
    executionBlockConfiguration: {
      customActionLambdaConfig: {
        lambdas: [{ arn: names.planBlockArn({ region: runsIn, kind, stepId: step.id }) }],
        regionToRun: 'activatingRegion',
        timeoutMinutes,
        retryIntervalMinutes,
      },
    },
  };
}

function renderApproval({ step }: PlannedBlock, roleName: string): CfnPlan.StepProperty {
  return {
    name: `approve.${step.id}`,
    description: `Somebody agrees before it goes on: ${step.summary}`,
    executionBlockType: 'ManualApproval',
    executionBlockConfiguration: {
      executionApprovalConfig: {
        approvalRole: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${roleName}`,
        timeoutMinutes: APPROVAL_MINUTES,
      },
    },
  };
}

/** Until clients are answered and writes taken again after the loss of a region. */
function promisedMinutes({ recoveryObjectives }: MultiRegionTopology): number {
  const loss = recoveryObjectives.failures.find(({ failure }) => failure === 'region');
  const seconds = Math.max(loss?.dataPlaneRtoSeconds ?? 0, loss?.controlPlaneRtoSeconds ?? 0);
  return Math.min(Math.max(Math.ceil(seconds / 60), 1), MOST_MINUTES);
}

function requireFirst(regions: readonly string[]): string {
  const [first] = regions;
  if (first === undefined) throw new Error('a plan spans two regions');
  return first;
}
