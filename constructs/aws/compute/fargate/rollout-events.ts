import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { describeAlarm } from '../../foundation/alarm';
import type { FargateService } from './service';

export interface RolloutEventsProps {
  readonly service: FargateService;
  readonly topic: ITopic;
  readonly runbookBaseUrl: string;
}

/**
 * Tells of a rollout that ECS has taken back. It shows in no metric: the old version serves on, and somebody waits for the
 * new one. In a cluster of Kubernetes the tool that rolls out says so.
 *
 * Costs: nothing. Survives: the loss of a zone. Does not survive: the loss of the region.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export class RolloutEvents extends Construct {
  readonly resource: events.Rule;

  constructor(scope: Construct, id: string, props: RolloutEventsProps) {
    super(scope, id);
    const { service, topic, runbookBaseUrl } = props;
    const role = this.createRole(topic);
    this.resource = new events.Rule(this, 'Resource', {
      description: 'Rollouts of the gateway that failed',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Deployment State Change'],
        resources: [service.resource.serviceArn],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
    });
    const message = describeAlarm(
      {
        name: 'RolloutFailed',
        severity: 'warning',
        summary: 'A rollout failed and was taken back; the version before it serves.',
        runbook: 'rollout-failed',
      },
      runbookBaseUrl,
    );
    this.resource.addTarget({
      bind: () => ({
        arn: topic.topicArn,
        // By a role, so that a topic that is brought needs no statement for EventBridge, nor its key.
        role,
        input: events.RuleTargetInput.fromText(message),
      }),
    });
  }

  private createRole(topic: ITopic): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Tells of rollouts of the gateway that failed',
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
    );
    if (topic.masterKey === undefined) return role;
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [topic.masterKey.keyArn],
      }),
    );
    return role;
  }
}
