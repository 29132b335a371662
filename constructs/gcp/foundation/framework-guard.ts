import { App, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { SpecError } from '../../../lib';

/**
 * Under the root of another framework, resources of this one are silently left out of the output.
 *
 * @throws {SpecError} when `scope` does not stand in a `TerraformStack` of a cdktf `App`.
 */
export function requireTerraformStack(scope: Construct, id: string): void {
  const inStack = scope.node.scopes.some((node) => TerraformStack.isStack(node));
  if (inStack && App.isApp(scope.node.root)) return;
  throw new SpecError(`${id} on gcp`, [
    {
      rule: 'gcp.root',
      path: 'scope',
      allowed: 'stand in a TerraformStack whose root is an App of cdktf',
      got: `${scope.node.path === '' ? 'the root' : scope.node.path} under ${scope.node.root.constructor.name}`,
      fix: "create it with new TerraformStack(new App(), 'Gateway') from cdktf; frameworks do not mix in one tree",
    },
  ]);
}
