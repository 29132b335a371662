import { Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { type ComputePlan, GATEWAY_ENVIRONMENT } from '../../../../lib';
import { renderWorkload } from '../../../k8s/compute/workload';
import type { Secrets } from '../../secrets/secrets';
import type { LoadBalancerController } from '../choice';
import { Compute, type ComputeBlockProps, type Frontend } from '../compute';
import { openDataTier } from '../data-tier-access';
import { createGatewayImage } from '../gateway-image';
import { planOwnerMigration } from '../owner-migration';
import {
  listPodSecrets,
  referencePodSecrets,
  renderEnvironment,
  renderSecretProviderClass,
} from '../pod-secrets';
import { EksCluster } from './cluster';
import { checkExistingCluster } from './existing-cluster';
import { EksMigration, type EksMigrationInput } from './migration';
import { createPodIdentity, createPodRole } from './pod-identity';

export interface EksWorkloadProps extends ComputeBlockProps {
  /** Null: a cluster is created. */
  readonly cluster: eks.ICluster | null;
  readonly loadBalancerController: LoadBalancerController;
}

/** The two controllers are one program in two packages; only the names of their objects differ. */
const CONTROLLERS = {
  'auto-mode': { apiVersion: 'eks.amazonaws.com/v1', labelPrefix: 'eks.amazonaws.com' },
  'aws-load-balancer-controller': {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    labelPrefix: 'elbv2.k8s.aws',
  },
} as const;

/**
 * The replicas of the gateway, on EKS.
 *
 * Costs: the cluster (see `EksCluster`) unless one is brought; at the defaults 3 to 20 pods of one core and 768 MiB.
 * Survives: the loss of a pod, a node or a zone; a migration that fails, which ends a rollout before it has begun.
 * Does not survive: the loss of the region.
 */
export class EksWorkload extends Compute {
  readonly kind = 'eks';
  readonly workloadName: string;
  /** The cluster. */
  readonly resource: eks.ICluster;
  /** What replicas may do in AWS: read their secrets, and ask the models on Bedrock that are configured. */
  readonly role: iam.Role;
  /** The workload, as applied. */
  readonly workload: eks.KubernetesManifest;
  /** Null: an image that was brought migrates by itself, and a database that follows another is migrated there. */
  readonly migration: EksMigration | null;

  private readonly plan: ComputePlan;
  private readonly namespace: string;
  private readonly controller: LoadBalancerController;
  private readonly image: string;

  constructor(scope: Construct, id: string, props: EksWorkloadProps) {
    super(scope, id);
    this.plan = props.plan;
    this.workloadName = props.plan.name;
    this.namespace = props.plan.name;
    this.controller = props.loadBalancerController;
    const { cluster, addOns } =
      props.cluster === null
        ? new EksCluster(this, 'Cluster', { network: props.network })
        : { cluster: checkExistingCluster(props.cluster), addOns: [] };
    this.resource = cluster;

    this.image = createGatewayImage(this, props.plan, props.gatewayFolder).reference;
    const doors = openDataTier(this, cluster.clusterSecurityGroup, props);
    const namespace = this.createNamespace();
    this.role = createPodRole(this, {
      description: 'Replicas of the gateway: read their secrets',
      podSecrets: listPodSecrets(props.secrets),
    });
    const identity = createPodIdentity(this, {
      cluster,
      namespace: this.namespace,
      serviceAccount: this.workloadName,
      role: this.role,
    });
    const secretClass = this.createSecretProviderClass(props.secrets);
    this.workload = this.createWorkload(props);
    secretClass.node.addDependency(...addOns, namespace);
    this.workload.node.addDependency(secretClass, identity, this.role);
    this.migration = migratesFirst(props)
      ? this.createMigration(props, [...addOns, namespace, ...doors])
      : null;
  }

  /**
   * Sends calls of a load balancer to the replicas: lets it in, and has the cluster keep the target group filled with
   * their addresses.
   */
  serve({ targetGroup, securityGroup, listener }: Frontend): void {
    // In Auto Mode the controller may only touch target groups that carry the name of its cluster.
    Tags.of(targetGroup).add('eks:eks-cluster-name', this.resource.clusterName);
    // Asked from this side, CDK puts the rules into this stack, also when the cluster stands in another.
    securityGroup.connections.allowTo(
      this.resource.clusterSecurityGroup,
      ec2.Port.tcp(this.plan.port),
      'Load balancer of the gateway',
    );
    const binding = this.createManifest('TargetGroupBinding', [
      {
        apiVersion: CONTROLLERS[this.controller].apiVersion,
        kind: 'TargetGroupBinding',
        metadata: { name: this.workloadName, namespace: this.namespace },
        spec: {
          serviceRef: { name: this.workloadName, port: this.plan.port },
          targetGroupARN: targetGroup.targetGroupArn,
          targetType: 'ip',
        },
      },
    ]);
    binding.node.addDependency(this.workload, listener);
  }

  /** The cluster watches its own rollouts: it goes on only with replicas that the load balancer has seen answer. */
  watchRollouts(): void {
    return undefined;
  }

  private createNamespace(): eks.KubernetesManifest {
    return this.createManifest('Namespace', [
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: this.namespace,
          labels: {
            'pod-security.kubernetes.io/enforce': 'restricted',
            // A rollout waits until the load balancer, not just the cluster, has seen the new replica answer.
            [`${CONTROLLERS[this.controller].labelPrefix}/pod-readiness-gate-inject`]: 'enabled',
          },
        },
      },
    ]);
  }

  private createSecretProviderClass(secrets: Secrets): eks.KubernetesManifest {
    return this.createManifest('SecretProviderClass', [
      renderSecretProviderClass({
        name: this.secretName,
        namespace: this.namespace,
        region: Stack.of(this).region,
        podSecrets: listPodSecrets(secrets),
      }),
    ]);
  }

  private createWorkload(props: EksWorkloadProps): eks.KubernetesManifest {
    const { plan, autoscaling, secrets } = props;
    return this.createManifest(
      'Workload',
      renderWorkload({
        compute: plan,
        autoscaling,
        namespace: this.namespace,
        image: this.image,
        program: { kind: 'image' },
        environment: {
          ...this.renderConnections(props),
          // The pod waits before it is told to stop (preStop); waiting twice would outlast its grace period.
          [GATEWAY_ENVIRONMENT.propagationSeconds]: '0',
          ...(migratesFirst(props) ? { [GATEWAY_ENVIRONMENT.disableSchemaUpdate]: 'true' } : {}),
        },
        secretEnvironment: referencePodSecrets(listPodSecrets(secrets), this.secretName),
        secretProviderClass: this.secretName,
      }),
    );
  }

  private createMigration(props: EksWorkloadProps, after: readonly IConstruct[]): EksMigration {
    const { database } = props;
    const migration = new EksMigration(this, 'Migration', {
      cluster: this.resource,
      name: this.workloadName,
      namespace: this.namespace,
      image: this.image,
      ...this.planMigration(props),
      after: [...after, database],
    });
    if (props.schemaOwner === null) database.grantLogin(migration);
    this.workload.node.addDependency(migration.completion);
    return migration;
  }

  /** What a replica runs with, or what the owner of the schema does where that is somebody else. */
  private planMigration(props: EksWorkloadProps): EksMigrationInput {
    const { plan, schemaOwner, secrets } = props;
    if (schemaOwner !== null) {
      const { environment, secrets: podSecrets } = planOwnerMigration(schemaOwner, props);
      return { configYaml: null, environment, podSecrets };
    }
    return {
      configYaml: plan.configYaml,
      environment: { ...plan.environment, ...this.renderConnections(props) },
      podSecrets: listPodSecrets(secrets),
    };
  }

  private renderConnections({
    databasePlan: plan,
    database,
    cache,
  }: EksWorkloadProps): Readonly<Record<string, string>> {
    return renderEnvironment({ plan, database, cache, region: Stack.of(this).region });
  }

  /** Own scope, not the cluster's: a cluster of another stack must not come to depend on this one. */
  private createManifest(
    id: string,
    manifest: readonly Record<string, unknown>[],
  ): eks.KubernetesManifest {
    return new eks.KubernetesManifest(this, id, {
      cluster: this.resource,
      manifest: [...manifest],
    });
  }

  /** Name of the SecretProviderClass and of the Secret it fills. */
  private get secretName(): string {
    return `${this.workloadName}-secrets`;
  }
}

/** An image that was brought brings its schema up to date itself, when it starts. */
function migratesFirst({ plan, schema }: EksWorkloadProps): boolean {
  return plan.image.kind === 'packaged' && schema === 'own';
}
