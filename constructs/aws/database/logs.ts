import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeProvidedSingleton, managedPolicyFinding } from '../foundation/acknowledge';

/** As long as the logs of replicas. RDS itself keeps what it exports for ever. */
export const DATABASE_LOG_RETENTION = RetentionDays.THREE_MONTHS;

/**
 * Acknowledges what cdk-nag finds in the function by which CDK limits the age of log groups that others make. RDS makes those
 * of its instances itself, under names that are known only when the instance is there.
 */
export function acknowledgeLogRetention(scope: Construct): void {
  acknowledgeProvidedSingleton(scope, HANDLER, [
    managedPolicyFinding('service-role/AWSLambdaBasicExecutionRole'),
    'IAM5[Resource::*]',
  ]);
}

/** How CDK calls that function, of which a stack has one. */
const HANDLER = 'LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a';
