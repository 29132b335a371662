import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeUnscopedActions } from '../../foundation/acknowledge';
import { renderMigrationHandler } from './migration-handler';
import type { FargateTask } from './task';

export interface FargateMigrationProps {
  readonly cluster: ICluster;
  /** What to run: that of replicas, or the owner's. */
  readonly task: Pick<FargateTask, 'resource' | 'gateway'>;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

/** The longest that Lambda runs anything. */
const TIMEOUT = Duration.minutes(15);

/**
 * Brings the schema up to date before each rollout: one task of the new version, run to its end. Replicas leave the
 * schema alone.
 *
 * Costs: a function and a task for as long as the migration takes.
 * Survives: being run again: a migration that has happened does nothing.
 * Does not survive: a migration longer than a quarter of an hour; run such a one by hand, and deploy then.
 */
export class FargateMigration extends Construct {
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: FargateMigrationProps) {
    super(scope, id);
    const { cluster, task, securityGroup } = props;
    const handler = this.createHandler(props);
    this.resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::GatewayMigration',
      serviceToken: handler.functionArn,
      serviceTimeout: TIMEOUT,
      properties: {
        Cluster: cluster.clusterArn,
        // Each new version has a new address, which is what makes CloudFormation call again.
        TaskDefinition: task.resource.taskDefinitionArn,
        Container: task.gateway.containerName,
        Subnets: cluster.vpc.selectSubnets(props.subnets).subnetIds,
        SecurityGroup: securityGroup.securityGroupId,
      },
    });
  }

  private createHandler(props: FargateMigrationProps): lambda.Function {
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.createRole(props);
    logGroup.grantWrite(role);
    return new lambda.Function(this, 'Handler', {
      description: 'Runs the migration of the gateway before its replicas are rolled out',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(renderMigrationHandler()),
      timeout: TIMEOUT,
      role,
      logGroup,
    });
  }

  private createRole({ cluster, task }: FargateMigrationProps): iam.Role {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const tasks = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${cluster.clusterName}/*`,
    });
    const allow = (actions: string[], resources: string[]): boolean =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['ecs:RunTask'], [task.resource.taskDefinitionArn]);
    allow(['ecs:DescribeTasks', 'ecs:StopTask'], [tasks]);
    allow(
      ['iam:PassRole'],
      [task.resource.taskRole.roleArn, task.resource.obtainExecutionRole().roleArn],
    );
    acknowledgeUnscopedActions(role, [tasks]);
    return role;
  }
}
