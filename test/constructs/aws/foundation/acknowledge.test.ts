import { Aws, type Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeUnscopedActions } from '../../../../constructs/aws/foundation/acknowledge';
import { testStack } from '../support';

function acknowledged(scope: Stack): readonly string[] {
  return scope.node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.keys(data as Record<string, string>));
}

describe('acknowledgeUnscopedActions', () => {
  it('names resources as cdk-nag prints them', () => {
    const stack = testStack();
    const bucket = new Bucket(stack, 'Results');
    const id = stack.getLogicalId(bucket.node.defaultChild as never);
    acknowledgeUnscopedActions(stack, [
      '*',
      `arn:${Aws.PARTITION}:logs:${Aws.REGION}:1:log-group:a-*`,
      bucket.arnForObjects('*'),
    ]);
    expect(acknowledged(stack).map((rule) => rule.replace(/^.*AwsSolutions-/, ''))).toEqual([
      'IAM5[Resource::*]',
      'IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:1:log-group:a-*]',
      `IAM5[Resource::<${id}.Arn>/*]`,
    ]);
  });
});
