import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { MultiRegionTopology, Procedure, Step } from '../../../lib';
import { failoverBundleFolder } from '../../../lib/gateway-bundle';
import { acknowledgeTopicKey, acknowledgeUnscopedActions } from '../foundation/acknowledge';
import type { RegionPlace } from '../foundation/region-place';
import type { FailoverAlarms } from './failover-region';
import {
  BLOCK_CALL_MINUTES,
  listWorkflows,
  planBlocks,
  type PlannedBlock,
} from './region-switch-plan-workflows';

export interface RegionSwitchPlanBlocksProps {
  readonly topology: MultiRegionTopology;
  readonly place: RegionPlace;
  readonly monitoring: FailoverAlarms;
  /** Null: that of this package. */
  readonly folder: string | null;
}

const MEMORY_MIB = 256;

/**
 * The functions of those blocks that ARC Region switch runs in this region: one for each step, because what a plan calls is
 * told nothing by it. A function hands its step to the region's executor and looks until it is done.
 *
 * Costs: nothing while nothing happens.
 * Survives: the loss of any other region. Does not survive: that of its own; then nobody activates it either.
 */
export class RegionSwitchPlanBlocks extends Construct {
  /** By the name of the function. */
  readonly functions: ReadonlyMap<string, lambda.Function>;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: RegionSwitchPlanBlocksProps) {
    super(scope, id);
    const { topology, place, monitoring } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = this.createRole(props);
    logGroup.grantWrite(this.role);
    const code = lambda.Code.fromAsset(props.folder ?? failoverBundleFolder());
    this.functions = new Map(
      listWorkflows(topology)
        .filter(({ runsIn }) => runsIn === place.region)
        .flatMap(({ procedure }) =>
          planBlocks(procedure).map((block) => {
            const name = place.names.planBlock(procedure.kind, block.step.id);
            const made = new lambda.Function(this, `${procedure.kind}.${block.step.id}`, {
              functionName: name,
              description: block.step.summary,
              runtime: lambda.Runtime.NODEJS_24_X,
              handler: 'index.takeBlock',
              code,
              timeout: Duration.minutes(BLOCK_CALL_MINUTES),
              memorySize: MEMORY_MIB,
              role: this.role,
              tracing: lambda.Tracing.ACTIVE,
              logGroup,
              environment: {
                LITELLM_HA_PLAN_BLOCK: Stack.of(this).toJsonString({
                  region: place.region,
                  executor: place.names.executor,
                  topicArn: monitoring.alarmTopic.topicArn,
                  block: renderBlock(block, procedure),
                }),
              },
            });
            return [name, made] as const;
          }),
        ),
    );
    nameHealthAlarm(props);
  }

  private createRole({ place, monitoring }: RegionSwitchPlanBlocksProps): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Blocks of the Region switch plan of the gateway',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [place.names.executorArn(place.region)],
      }),
    );
    monitoring.alarmTopic.grantPublish(role);
    acknowledgeUnscopedActions(role, ['*']);
    acknowledgeTopicKey(role);
    return role;
  }
}

/** The shape is that of `PlanBlock` in `operations/failover/aws`. */
function renderBlock(
  { step, guards, undone }: PlannedBlock,
  { kind, region }: Procedure,
): Readonly<Record<string, unknown>> {
  return {
    procedure: `${kind} of ${region}`,
    step: timed(step),
    guards: guards.map(timed),
    undone: undone === null ? null : brief(undone),
    advice: step.onFailure.advice,
  };
}

function brief({ id, action, runsIn }: Step): Pick<Step, 'id' | 'action' | 'runsIn'> {
  return { id, action, runsIn };
}

function timed(
  step: Step,
): Pick<Step, 'id' | 'action' | 'runsIn' | 'timeoutSeconds' | 'maxAttempts'> {
  return {
    ...brief(step),
    timeoutSeconds: step.timeoutSeconds,
    maxAttempts: step.maxAttempts,
  };
}

/** A plan finds the alarms of other regions by name; those that CloudFormation makes up nobody knows. */
function nameHealthAlarm({ monitoring, place }: RegionSwitchPlanBlocksProps): void {
  const [alarm] = monitoring.stopAlarms;
  if (alarm === undefined)
    throw new Error(`${place.region} has no alarm that speaks for its users`);
  (alarm.node.defaultChild as CfnAlarm).alarmName = place.names.healthAlarm;
}
