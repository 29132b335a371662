import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { KubernetesManifest } from 'aws-cdk-lib/aws-eks-v2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EksWorkload } from '../compute/eks/workload';

export interface ChaosPodsProps {
  readonly workload: EksWorkload;
  /** Whose experiments they are. */
  readonly role: iam.IRole;
}

/**
 * What FIS does in the gateway's namespace: it starts a pod of its own, which ends others, and looks after it.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/eks-pod-actions.html#configure-service-account
 */
const RULES = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] },
  {
    apiGroups: [''],
    resources: ['pods'],
    verbs: ['create', 'list', 'get', 'delete', 'deletecollection'],
  },
  { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['update'] },
  { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
];

const RBAC = { apiGroup: 'rbac.authorization.k8s.io' } as const;

/** As whom FIS works in the cluster: the name of the service account of its pod, and of the user of its role. */
export function experimentAccount(workloadName: string): string {
  return `${workloadName}-experiments`;
}

/**
 * Admits experiments to the pods of the gateway, in its namespace and no other.
 *
 * A cluster that is brought must take access entries (authentication mode `API` or `API_AND_CONFIG_MAP`).
 */
export class ChaosPods extends Construct {
  readonly manifest: KubernetesManifest;
  readonly accessEntry: CfnAccessEntry;

  constructor(scope: Construct, id: string, { workload, role }: ChaosPodsProps) {
    super(scope, id);
    const name = experimentAccount(workload.workloadName);
    const metadata = { name, namespace: workload.workloadName };
    this.manifest = new KubernetesManifest(this, 'Rights', {
      cluster: workload.resource,
      manifest: [
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
        { apiVersion: `${RBAC.apiGroup}/v1`, kind: 'Role', metadata, rules: RULES },
        {
          apiVersion: `${RBAC.apiGroup}/v1`,
          kind: 'RoleBinding',
          metadata,
          roleRef: { ...RBAC, kind: 'Role', name },
          subjects: [
            { kind: 'ServiceAccount', name, namespace: workload.workloadName },
            { ...RBAC, kind: 'User', name },
          ],
        },
      ],
    });
    // Its namespace comes with the workload.
    this.manifest.node.addDependency(workload.workload);
    this.accessEntry = new CfnAccessEntry(this, 'AccessEntry', {
      clusterName: workload.resource.clusterName,
      principalArn: role.roleArn,
      username: name,
    });
  }
}
