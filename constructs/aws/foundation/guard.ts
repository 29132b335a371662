import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SpecError } from '../../../lib';

/**
 * The stack that a construct stands in. A construct of this target in the tree of another framework would be dropped
 * without a word, so that is refused here.
 *
 * @throws {SpecError} when there is no aws-cdk-lib stack around it.
 */
export function requireStack(scope: Construct): Stack {
  const stack = scope.node.scopes.find((ancestor): ancestor is Stack => Stack.isStack(ancestor));
  if (stack !== undefined) return stack;
  throw new SpecError('litellm-ha/aws', [
    {
      rule: 'aws.root',
      path: 'scope',
      allowed: 'be an aws-cdk-lib Stack, or a construct in one',
      got: `a tree whose root is ${scope.node.root.constructor.name}`,
      fix: "create a Stack with new Stack(new App(), 'Name') and pass that",
    },
  ]);
}
