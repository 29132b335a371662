import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeUnscopedActions } from '../foundation/acknowledge';
import type { Experiment } from './experiment';
import { type Breakables, planExperiments } from './experiments';
import { ChaosPods } from './pods';

/** Experiments of AWS Fault Injection Service. */
export interface FaultInjectionChoice {
  readonly kind: 'fault-injection';
}

export interface ChaosBlockProps extends Breakables {
  readonly stopAlarms: readonly cloudwatch.Alarm[];
}

/**
 * Experiments against this deployment alone, each as a template that waits to be started by hand. An experiment stops when
 * users are failed, and fails when it finds nothing to break: one that hits nothing proves nothing.
 *
 * Costs: nothing until started, then the minutes of its actions.
 * Survives, does not survive: that is what they are to show.
 */
export class Chaos extends Construct {
  /** Chooses AWS Fault Injection Service. */
  static faultInjection(): FaultInjectionChoice {
    return { kind: 'fault-injection' };
  }

  /** One template for each experiment. */
  readonly templates: readonly fis.CfnExperimentTemplate[];
  readonly role: iam.Role;
  /** Null: the replicas are no pods. */
  readonly pods: ChaosPods | null;

  constructor(scope: Construct, id: string, props: ChaosBlockProps) {
    super(scope, id);
    const experiments = planExperiments(props);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = this.createRole(experiments);
    this.pods =
      props.compute.kind === 'eks'
        ? new ChaosPods(this, 'Pods', { workload: props.compute, role: this.role })
        : null;
    this.templates = experiments.map((experiment) =>
      this.createTemplate(experiment, props.stopAlarms, logGroup),
    );
  }

  private createTemplate(
    { name, description, targets, actions }: Experiment,
    stopAlarms: readonly cloudwatch.Alarm[],
    logGroup: logs.LogGroup,
  ): fis.CfnExperimentTemplate {
    const template = new fis.CfnExperimentTemplate(this, name, {
      description,
      roleArn: this.role.roleArn,
      targets: { ...targets },
      actions: { ...actions, ...assertQuiet(Object.keys(actions), stopAlarms) },
      stopConditions: stopAlarms.map((alarm) => ({
        source: 'aws:cloudwatch:alarm',
        value: alarm.alarmArn,
      })),
      experimentOptions: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode: 'fail',
      },
      logConfiguration: {
        logSchemaVersion: 2,
        cloudWatchLogsConfiguration: { LogGroupArn: logGroup.logGroupArn },
      },
      tags: { Name: name },
    });
    const policy = this.role.node.tryFindChild('DefaultPolicy');
    if (policy !== undefined) template.node.addDependency(policy);
    return template;
  }

  private createRole(experiments: readonly Experiment[]): iam.Role {
    const { account } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      description: 'Experiments with the gateway: break what they name, and nothing else',
      assumedBy: new iam.ServicePrincipal('fis.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    for (const statement of experiments.flatMap(({ rights }) => rights)) {
      role.addToPolicy(new iam.PolicyStatement(statement));
    }
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'cloudwatch:DescribeAlarms',
          'tag:GetResources',
          'logs:CreateLogDelivery',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        resources: ['*'],
      }),
    );
    acknowledgeUnscopedActions(role, ['*', ...listWildcards(experiments)]);
    return role;
  }
}

/** The last word of each experiment: the alarm is off, so users were served throughout. */
function assertQuiet(
  after: readonly string[],
  alarms: readonly cloudwatch.Alarm[],
): Record<string, fis.CfnExperimentTemplate.ExperimentTemplateActionProperty> {
  return {
    UsersWereServed: {
      actionId: 'aws:cloudwatch:assert-alarm-state',
      parameters: {
        alarmArns: alarms.map((alarm) => alarm.alarmArn).join(','),
        alarmStates: 'OK',
      },
      startAfter: [...after],
    },
  };
}

function listWildcards(experiments: readonly Experiment[]): readonly string[] {
  return experiments
    .flatMap(({ rights }) => rights.flatMap(({ resources }) => resources ?? []))
    .filter((resource) => resource.endsWith('*'));
}
