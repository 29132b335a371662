import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { SpecError } from '../../../lib';

/**
 * The chart to build in. The frameworks share their base classes and not their output: a construct in another one's
 * tree is left out in silence, or fails somewhere deep, so it is refused here.
 *
 * @throws {SpecError} when `scope` belongs to a tree of AWS CDK or CDK for Terraform.
 */
export function resolveChart(scope: Construct, id: string): Chart {
  const root = scope.node.root;
  if (!(root instanceof App)) {
    throw new SpecError(`${scope.node.path}/${id}`, [
      {
        rule: 'k8s.root',
        path: 'scope',
        allowed: 'stand in a tree whose root is an App of cdk8s',
        got: `a tree whose root is a ${root.constructor.name}`,
        fix: "pass `new App()` of 'cdk8s', or a Chart in it",
      },
    ]);
  }
  if (scope === root) return new Chart(root, id);
  return Chart.of(scope);
}
