import type * as kubectl from '@aws-cdk/lambda-layer-kubectl-v34';
import { Annotations, Validations } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { requirePeers } from '../../../../lib/require-peers';
import { acknowledge, managedPolicyFinding } from '../../foundation/acknowledge';
import type { Network } from '../../network/network';
import { acknowledgeKubectl } from './acknowledge-kubectl';

/** Where the add-on runs the Secrets Store driver, and as whom. */
const SECRETS_STORE = {
  namespace: 'aws-secrets-manager',
  serviceAccount: 'secrets-store-csi-driver',
};

/** The least that Auto Mode's documentation asks of the role of its nodes. */
const NODE_POLICIES = ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'];
/** What CDK gives the role of a cluster in Auto Mode, as its documentation asks. */
const CLUSTER_POLICIES = [
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
];
const AUTO_MODE =
  'Auto Mode works on behalf of AWS with the policies that AWS keeps for it and changes with it; a copy would fall ' +
  'behind and break the cluster.';

/**
 * An EKS cluster in Auto Mode: AWS runs control plane and nodes, adds nodes as replicas need them and replaces them.
 *
 * Costs: the cluster's hourly price, and its nodes with Auto Mode's surcharge.
 * Survives: the loss of a node, of a zone and of parts of the control plane.
 * Does not survive: the loss of the region. Its API is reached from within the network only.
 *
 * EKS takes no subnets of the zones with the ids use1-az3, usw1-az2 and cac1-az3. An account whose first zones include
 * one of them brings a network instead.
 */
export class EksCluster extends Construct {
  readonly cluster: eks.Cluster;
  /** Ready once workloads can mount secrets and be scaled. */
  readonly addOns: readonly IConstruct[];

  constructor(scope: Construct, id: string, { network }: { readonly network: Network }) {
    super(scope, id);
    this.cluster = new eks.Cluster(this, 'Resource', {
      vpc: network.vpc,
      vpcSubnets: [network.computeSubnets],
      version: eks.KubernetesVersion.V1_34,
      compute: { nodePools: ['system', 'general-purpose'], nodeRole: this.createNodeRole() },
      endpointAccess: eks.EndpointAccess.PRIVATE,
      clusterLogging: [
        eks.ClusterLoggingTypes.API,
        eks.ClusterLoggingTypes.AUDIT,
        eks.ClusterLoggingTypes.AUTHENTICATOR,
        eks.ClusterLoggingTypes.CONTROLLER_MANAGER,
        eks.ClusterLoggingTypes.SCHEDULER,
      ],
      secretsEncryptionKey: new kms.Key(this, 'SecretsKey', {
        description: 'Encrypts the Kubernetes secrets of the cluster of the gateway',
        enableKeyRotation: true,
      }),
      kubectlProviderOptions: { kubectlLayer: createKubectlLayer(this) },
    });
    // On the cluster alone, not on all that CDK puts around it: what needs the cluster follows it anyway.
    this.cluster.node.defaultChild?.node.addDependency(network.internetAccess);
    acknowledge(this.cluster.role, {
      findings: CLUSTER_POLICIES.map(managedPolicyFinding),
      reason: AUTO_MODE,
    });
    acknowledgeKubectl(this.cluster);
    if (network.resource !== null) {
      Annotations.of(this.cluster).acknowledgeWarning(
        '@aws-cdk/aws-eks:clusterMustManuallyTagSubnet',
        'The network tags its subnets itself',
      );
    }
    Validations.of(this.cluster).acknowledge({
      id: 'CloudFormation-Validate::W9009',
      reason: 'The property that is called deprecated is the one EKS asks for, and CDK writes it.',
    });
    this.addOns = [
      this.createAddOn('MetricsServer', 'metrics-server'),
      this.createAddOn('SecretsStore', 'aws-secrets-store-csi-driver-provider'),
      this.allowSecretSync(),
    ];
  }

  private createNodeRole(): iam.Role {
    const role = new iam.Role(this, 'NodeRole', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: NODE_POLICIES.map((name) =>
        iam.ManagedPolicy.fromAwsManagedPolicyName(name),
      ),
    });
    acknowledge(role, { findings: NODE_POLICIES.map(managedPolicyFinding), reason: AUTO_MODE });
    return role;
  }

  private createAddOn(id: string, addonName: string): eks.Addon {
    return new eks.Addon(this, id, { cluster: this.cluster, addonName, preserveOnDelete: false });
  }

  /**
   * Lets the driver copy what it mounts into Kubernetes Secrets. The add-on accepts the setting for this and ignores it:
   * https://github.com/aws/secrets-store-csi-driver-provider-aws/issues/597
   */
  private allowSecretSync(): eks.KubernetesManifest {
    const name = 'litellm-ha-secret-sync';
    return new eks.KubernetesManifest(this, 'SecretSync', {
      cluster: this.cluster,
      manifest: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name },
          rules: [
            {
              apiGroups: [''],
              resources: ['secrets'],
              verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
            },
          ],
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
          subjects: [
            {
              kind: 'ServiceAccount',
              name: SECRETS_STORE.serviceAccount,
              namespace: SECRETS_STORE.namespace,
            },
          ],
        },
      ],
    });
  }
}

/** Loaded here and not above: who brings a cluster brings its kubectl, and needs no package of 36 MB for it. */
function createKubectlLayer(scope: Construct): ILayerVersion {
  requirePeers({
    by: 'Compute.eks() without a cluster of yours',
    peers: ['@aws-cdk/lambda-layer-kubectl-v34'],
    resolve: (name) => require.resolve(name),
  });
  const { KubectlV34Layer } = require('@aws-cdk/lambda-layer-kubectl-v34') as typeof kubectl;
  return new KubectlV34Layer(scope, 'KubectlLayer');
}
