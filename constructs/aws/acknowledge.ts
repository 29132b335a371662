import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag's AwsSolutions pack that stay, and why. */
export interface Acknowledgement {
  /** Ids within the pack, such as `EC23`; some name a detail, as in `IAM5[Resource::*]`. */
  readonly findings: readonly string[];
  /** Why they stay: evidence, not a wish. */
  readonly reason: string;
}

/** Records that findings were weighed. It covers the scope and what is below it, so pass the narrowest one. */
export function acknowledge(scope: IConstruct, { findings, reason }: Acknowledgement): void {
  const rules = findings.map((finding) => ({ id: `AwsSolutions-${finding}`, reason }));
  Validations.of(scope).acknowledge(...rules);
}

/** The finding about a policy that AWS manages. */
export function managedPolicyFinding(policyName: string): string {
  return `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policyName}]`;
}
