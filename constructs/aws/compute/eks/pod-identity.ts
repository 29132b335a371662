import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import type * as eks from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { PodSecret } from '../pod-secrets';

/** What pods may do in AWS: read their secrets. */
export function createPodRole(
  scope: Construct,
  input: { readonly description: string; readonly podSecrets: readonly PodSecret[] },
): iam.Role {
  const role = new iam.Role(scope, 'Role', {
    description: input.description,
    assumedBy: new iam.SessionTagsPrincipal(new iam.ServicePrincipal('pods.eks.amazonaws.com')),
  });
  for (const { secret } of input.podSecrets) secret.grantRead(role);
  return role;
}

/** Has EKS give the pods of a service account the credentials of a role. */
export function createPodIdentity(
  scope: Construct,
  input: {
    readonly cluster: eks.ICluster;
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly role: iam.IRole;
  },
): CfnPodIdentityAssociation {
  const { cluster, namespace, serviceAccount, role } = input;
  return new CfnPodIdentityAssociation(scope, 'PodIdentity', {
    clusterName: cluster.clusterName,
    namespace,
    serviceAccount,
    roleArn: role.roleArn,
  });
}
