import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Procedure } from '../../../lib';
import { acknowledgeTopicKey, acknowledgeUnscopedActions } from '../foundation/acknowledge';
import { renderFailoverDefinition } from './definition';

export interface FailoverMachineProps {
  readonly procedure: Procedure;
  readonly name: string;
  readonly executor: IFunction;
  readonly topic: ITopic;
}

/** A procedure as a machine of Step Functions, with its log and its traces. */
export class FailoverMachine extends Construct {
  readonly procedure: Procedure;
  readonly resource: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: FailoverMachineProps) {
    super(scope, id);
    const { procedure, name, executor, topic } = props;
    this.procedure = procedure;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [executor.functionArn],
      }),
    );
    topic.grantPublish(role);
    this.resource = new sfn.StateMachine(this, 'Resource', {
      stateMachineName: name,
      comment: `${procedure.kind} of ${procedure.region}`,
      definitionBody: sfn.DefinitionBody.fromString(
        Stack.of(this).toJsonString(
          renderFailoverDefinition(procedure, {
            executorArn: executor.functionArn,
            topicArn: topic.topicArn,
            partition: Aws.PARTITION,
          }),
        ),
      ),
      role,
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          // Step Functions writes only to groups with this prefix, once an account has many of them.
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: logs.RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.RETAIN,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    acknowledgeUnscopedActions(role, ['*']);
    acknowledgeTopicKey(role);
  }
}
