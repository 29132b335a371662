import { Aws, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeUnscopedActions } from '../foundation/acknowledge';

/**
 * How often an instance tells of its operating system: often enough to see within an alarm's minute which process it was.
 * RDS knows 1, 5, 10, 15, 30 and 60 seconds.
 */
export const MONITORING_INTERVAL = Duration.seconds(15);

/**
 * Lets instances of this account write what their operating system does to RDS's log group, with the rights that RDS's own
 * policy has, narrowed to this account and region.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
 */
export function createMonitoringRole(scope: Construct): iam.Role {
  const { partition, region, account } = Stack.of(scope);
  const logGroups = `arn:${partition}:logs:${region}:${account}:log-group:RDS*`;
  const logStreams = `${logGroups}:log-stream:*`;
  const role = new iam.Role(scope, 'MonitoringRole', {
    description: 'Instances of the database: write what their operating system does',
    assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: {
      Logs: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
            resources: [logGroups],
          }),
          new iam.PolicyStatement({
            actions: [
              'logs:CreateLogStream',
              'logs:DescribeLogStreams',
              'logs:GetLogEvents',
              'logs:PutLogEvents',
            ],
            resources: [logStreams],
          }),
        ],
      }),
    },
  });
  acknowledgeUnscopedActions(role, [logGroups, logStreams]);
  return role;
}
