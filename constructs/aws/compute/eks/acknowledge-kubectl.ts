import { type CfnCondition, type CfnElement, Stack } from 'aws-cdk-lib';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { acknowledgeProvidedFunction, managedPolicyFinding } from '../../foundation/acknowledge';

/** Acknowledges what cdk-nag finds in the functions that CDK itself adds to send manifests to a cluster. */
export function acknowledgeKubectl(cluster: Cluster): void {
  const provider = cluster.node.tryFindChild('KubectlProvider');
  const handler = provider?.node.tryFindChild('Handler');
  if (provider === undefined || handler === undefined) return;
  const stack = Stack.of(cluster);
  const handlerId = stack.getLogicalId(handler.node.defaultChild as CfnElement);
  const condition = handler.node.tryFindChild('HasEcrPublic') as CfnCondition | undefined;
  acknowledgeProvidedFunction(provider, [
    managedPolicyFinding('service-role/AWSLambdaBasicExecutionRole'),
    managedPolicyFinding('service-role/AWSLambdaVPCAccessExecutionRole'),
    managedPolicyFinding('AmazonEC2ContainerRegistryReadOnly'),
    ...(condition === undefined ? [] : [publicRegistryFinding(stack, condition)]),
    `IAM5[Resource::<${handlerId}.Arn>:*]`,
    'L1',
  ]);
}

/** cdk-nag prints a policy that depends on a condition as its whole expression. */
function publicRegistryFinding(stack: Stack, condition: CfnCondition): string {
  const expression = {
    'Fn::If': [
      stack.getLogicalId(condition),
      {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly',
          ],
        ],
      },
      { Ref: 'AWS::NoValue' },
    ],
  };
  return `IAM4[Policy::${JSON.stringify(expression)}]`;
}
