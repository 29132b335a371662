import { createHash } from 'node:crypto';
import { type CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { MIGRATION, renderMigration } from '../../../k8s/compute/workload';
import { type PodSecret, referencePodSecrets, renderSecretProviderClass } from '../pod-secrets';
import { createPodIdentity, createPodRole } from './pod-identity';

/** What a migration runs with. */
export interface EksMigrationInput {
  /** That of a replica, which may have its database from it. Null: the environment names the database. */
  readonly configYaml: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly podSecrets: readonly PodSecret[];
}

export interface EksMigrationProps extends EksMigrationInput {
  readonly cluster: eks.ICluster;
  /** Name of the gateway. */
  readonly name: string;
  readonly namespace: string;
  /** Full reference of the image. */
  readonly image: string;
  /** What must be there before: the namespace and what mounts secrets, a database that lets it in and has its instances. */
  readonly after: readonly IConstruct[];
}

/**
 * How long the Job may try, and how long CloudFormation waits for it: a little longer, so that nothing goes on behind a
 * deployment that was given up. The function that waits runs for 15 minutes at most, logs in first, and asks once more late.
 */
const TRY_FOR = Duration.minutes(12);
const WAIT_FOR = Duration.minutes(13);
/**
 * How long the finished Job stays. Long enough to be asked how it went; short enough that another address of the same
 * database, which a Job cannot take up any more, finds it gone.
 */
const KEPT_FOR = Duration.hours(1);

/**
 * Brings the schema up to date before each rollout: a Job of the new version, run to its end. Replicas leave the schema
 * alone. Its name follows from its content, as far as that is known before the deployment: another version is another Job.
 *
 * Costs: a pod for as long as the migration takes.
 * Survives: being run again: a migration that has happened does nothing. One that fails is tried again for twelve minutes;
 * then the deployment fails, and replicas run on as they are.
 * Does not survive: a migration longer than that; run such a one by hand, and deploy then. The Job of a failed deployment is
 * taken away with it: read its log while it tries. After a deployment without rollback, roll back before the next one.
 */
export class EksMigration extends Construct implements iam.IGrantable {
  /** The Job, as applied, with what it runs as. */
  readonly resource: eks.KubernetesManifest;
  /** There once the schema is up to date. */
  readonly completion: eks.KubernetesObjectValue;
  /** What the migration may do in AWS: read its secrets, and log in where that takes a right. */
  readonly role: iam.Role;
  /** Of the Job, of its service account and of its secrets: the same for all versions, without the end of the Job's name. */
  private readonly baseName: string;

  constructor(scope: Construct, id: string, props: EksMigrationProps) {
    super(scope, id);
    this.baseName = `${props.name}-${MIGRATION}`;
    // Not the role of the replicas: what may change the schema need not be theirs.
    this.role = createPodRole(this, {
      description: 'Migration of the gateway: reads its secrets',
      podSecrets: props.podSecrets,
    });
    const identity = createPodIdentity(this, {
      cluster: props.cluster,
      namespace: props.namespace,
      serviceAccount: this.baseName,
      role: this.role,
    });
    const manifests = this.renderManifests(props);
    this.resource = new eks.KubernetesManifest(this, 'Resource', {
      cluster: props.cluster,
      // The Job of the version before, and one that failed, must go: applied again, the latter would not run again.
      prune: true,
      manifest: [...manifests.all],
    });
    this.resource.node.addDependency(...props.after, identity, this.role);
    this.completion = this.createCompletion(props, manifests);
  }

  get grantPrincipal(): iam.IPrincipal {
    return this.role;
  }

  private renderManifests(props: EksMigrationProps): MigrationManifests {
    const { namespace, podSecrets } = props;
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: this.baseName, namespace },
      automountServiceAccountToken: false,
    };
    const secretClass = renderSecretProviderClass({
      name: this.baseName,
      namespace,
      region: Stack.of(this).region,
      podSecrets,
    });
    const { configs, job } = renderMigration({
      instance: props.name,
      namespace,
      configYaml: props.configYaml,
      image: props.image,
      environment: props.environment,
      secretEnvironment: referencePodSecrets(podSecrets, this.baseName),
      secretProviderClass: this.baseName,
      serviceAccountName: this.baseName,
      deadlineSeconds: TRY_FOR.toSeconds(),
      keptSeconds: KEPT_FOR.toSeconds(),
    });
    const jobName = `${this.baseName}-${this.resolveVersion([...configs, secretClass, job])}`;
    const named = { ...job, metadata: { ...(job['metadata'] as object), name: jobName } };
    return {
      jobName,
      all: [account, ...configs, secretClass, named],
      lateBound: [secretClass, named],
    };
  }

  /** What is known at deploy time only counts by what it refers to: its value is not there to count. */
  private resolveVersion(manifests: readonly Record<string, unknown>[]): string {
    return createHash('sha256')
      .update(JSON.stringify(Stack.of(this).resolve(manifests)))
      .update(WAIT_FOR.toIsoString())
      .digest('hex')
      .slice(0, 8);
  }

  private createCompletion(
    { cluster, namespace }: EksMigrationProps,
    { jobName, lateBound }: MigrationManifests,
  ): eks.KubernetesObjectValue {
    const completion = new eks.KubernetesObjectValue(this, 'Completion', {
      cluster,
      objectType: 'job',
      objectName: jobName,
      objectNamespace: namespace,
      jsonPath: '.status.succeeded',
      timeout: WAIT_FOR,
    });
    // It is asked for whenever the Job is applied, also when only the value behind a reference has changed, and never for
    // one that is long gone. The function takes no notice of it.
    const resource = completion.node.findChild('Resource').node.defaultChild as CfnResource;
    resource.addPropertyOverride('Manifest', Stack.of(this).toJsonString([...lateBound]));
    completion.node.addDependency(this.resource);
    return completion;
  }
}

interface MigrationManifests {
  readonly jobName: string;
  readonly all: readonly Record<string, unknown>[];
  /** Those with parts that are known at deploy time only. */
  readonly lateBound: readonly Record<string, unknown>[];
}
