import type { Stack } from 'aws-cdk-lib';
import type { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';

type Actions = Readonly<Record<string, CfnExperimentTemplate.ExperimentTemplateActionProperty>>;
type Targets = Readonly<Record<string, CfnExperimentTemplate.ExperimentTemplateTargetProperty>>;

/** One failure on purpose: what it hits, what happens to it, and what AWS must be allowed to do for that. */
export interface Experiment {
  readonly name: string;
  /** What is expected to be seen. */
  readonly description: string;
  readonly targets: Targets;
  readonly actions: Actions;
  readonly rights: readonly PolicyStatementProps[];
}

/** Long enough for probes, failover and autoscaling to have done their part. */
export const OUTAGE = 'PT10M';
const RECOVERY = 'PT5M';

/** How much of the replicas is lost at once: those of one zone of three. */
export const ONE_THIRD = 'PERCENT(34)';

export function target(
  resourceType: string,
  resourceArns: readonly string[],
): CfnExperimentTemplate.ExperimentTemplateTargetProperty {
  return { resourceType, resourceArns: [...resourceArns], selectionMode: 'ALL' };
}

export function wait(after: string): CfnExperimentTemplate.ExperimentTemplateActionProperty {
  return { actionId: 'aws:fis:wait', parameters: { duration: RECOVERY }, startAfter: [after] };
}

export function ec2Arn(stack: Stack, resource: string, resourceName: string): string {
  return stack.formatArn({ service: 'ec2', resource, resourceName });
}
