import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { objectLabels } from '../foundation/labels';

/**
 * The pages of a failover, kept in the region that is left when another one is lost:
 * `kubectl get configmap litellm-failover -o jsonpath='{.data.failover-from-us-east-1\.md}'`.
 */
export function createFailoverPages(
  scope: Construct,
  input: {
    readonly name: string;
    readonly namespace: string;
    readonly pages: Readonly<Record<string, string>>;
  },
): k8s.KubeConfigMap {
  const { name, namespace, pages } = input;
  return new k8s.KubeConfigMap(scope, 'FailoverPages', {
    metadata: { name: `${name}-failover`, namespace, labels: objectLabels(name, 'failover') },
    data: { ...pages },
  });
}

/** ConfigMap by which an operator keeps clients out of a region. */
export function nameRegionSwitch(name: string): string {
  return `${name}-region-switch`;
}
