import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { SpecError } from '../../../../lib';

/**
 * Checks that manifests can be sent to a cluster that was brought.
 *
 * @throws {SpecError} when CDK knows no kubectl for it.
 */
export function checkExistingCluster(cluster: ICluster): ICluster {
  if (cluster.kubectlProvider !== undefined) return cluster;
  throw new SpecError('litellm-ha/aws', [
    {
      rule: 'aws.cluster',
      path: 'compute.cluster',
      allowed: 'have a kubectl provider, by which the workload is sent to it',
      got: 'none',
      fix: 'create it with kubectlProviderOptions, or import it with kubectlProvider',
    },
  ]);
}
