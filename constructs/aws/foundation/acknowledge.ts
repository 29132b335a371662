import { Stack, Validations } from 'aws-cdk-lib';
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

/**
 * Database and cache listen where everybody looks for them, and the cache knows users instead of one token for all (AEC6):
 * what guards their entrances is one thing, so it is one reason.
 */
export function acknowledgePort(scope: IConstruct, ...findings: readonly EntranceFinding[]): void {
  acknowledge(scope, {
    findings,
    reason:
      'The usual port is what every target and tool expects. Another would hide nothing: subnets without a route, a ' +
      'security group that names its clients, and TLS with a password guard it. At the cache that is the password of a ' +
      'user with rights of its own, which ElastiCache takes in place of the one token that opens everything.',
  });
}

type EntranceFinding = 'RDS11' | 'AEC5' | 'AEC6';

/** A bucket of logs or results. */
export function acknowledgeLogBucket(scope: IConstruct): void {
  acknowledge(scope, {
    findings: ['S1'],
    reason:
      'It holds logs or results of checks; logging the access to those would log itself without end. CloudTrail shows ' +
      'who reads them.',
  });
}

/** Rights on resources that end in a wildcard, because AWS lets nobody narrow them to one. */
export function acknowledgeUnscopedActions(scope: IConstruct, resources: readonly string[]): void {
  acknowledge(scope, {
    findings: resources.map((resource) => `IAM5[Resource::${printResource(scope, resource)}]`),
    reason:
      'AWS lets these actions be narrowed no further: they know no resource, or the names of what they touch are made ' +
      'up by AWS behind a prefix of ours. Conditions narrow the rest.',
  });
}

/** The right to send to a topic that is encrypted, as CDK grants it. */
export function acknowledgeTopicKey(scope: IConstruct): void {
  acknowledge(scope, {
    findings: ['IAM5[Action::kms:GenerateDataKey*]'],
    reason:
      'To send to an encrypted topic takes a key for the message, with or without its plain text; the right is for the key ' +
      'of this topic alone.',
  });
}

/** A function that CDK itself adds to a stack. */
export function acknowledgeProvidedFunction(scope: IConstruct, findings: readonly string[]): void {
  acknowledge(scope, {
    findings,
    reason:
      "Code, roles and runtime of these functions are aws-cdk-lib's and come with its version. They run while a stack " +
      'is deployed, and their wildcards stand for the versions of one function, or the log groups whose age it limits.',
  });
}

/** One of which a stack has one, under an id that begins like this; nothing where it has none. */
export function acknowledgeProvidedSingleton(
  scope: IConstruct,
  idStart: string,
  findings: readonly string[],
): void {
  const handler = Stack.of(scope).node.children.find(({ node }) => node.id.startsWith(idStart));
  if (handler !== undefined) acknowledgeProvidedFunction(handler, findings);
}

/** A secret that is handed to replicas when they start. */
export function acknowledgeReadAtStart(secret: IConstruct): void {
  acknowledge(secret, {
    findings: ['SMG4'],
    reason:
      'Replicas read it when they start. A rotation by the clock would lock out all that run until they are ' +
      'restarted; it is changed by rotating, then rolling the replicas.',
  });
}

/** Late-bound parts as cdk-nag prints them: `<LogicalId>` and `<LogicalId.Attribute>`. */
function printResource(scope: IConstruct, resource: string): string {
  return printPart(Stack.of(scope).resolve(resource));
}

function printPart(part: unknown): string {
  if (typeof part === 'string') return part;
  const { Ref, ...functions } = part as Readonly<Record<string, unknown>>;
  if (typeof Ref === 'string') return `<${Ref}>`;
  const join = functions['Fn::Join'] as readonly [string, readonly unknown[]] | undefined;
  if (join !== undefined) return join[1].map(printPart).join(join[0]);
  const attribute = functions['Fn::GetAtt'] as readonly string[] | undefined;
  return attribute === undefined ? JSON.stringify(part) : `<${attribute.join('.')}>`;
}
