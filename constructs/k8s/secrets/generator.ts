import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { IMAGES, renderImage } from '../../../lib/images';
import { type GeneratedValue, renderSecretGenerator } from '../../../lib/render';
import { objectLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import { SECRET_KEYS, type SecretKey } from './source';

export interface SecretGeneratorProps {
  /** Name of the deployment. */
  readonly instance: string;
  readonly namespace: string;
  readonly secretName: string;
  readonly keys: readonly SecretKey[];
  /** PgBouncer's list of users, with the keys of passwords as `{key}`. */
  readonly poolerUsers: string;
  readonly pod: PodChoices;
}

const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const NODE_USER = { userId: 1000, groupId: 1000 };
const COMPONENT = 'secret-generator';

/**
 * A Job that makes up a Secret once, inside the cluster. Everything that needs it waits until it is there, so the order of
 * applying does not matter.
 *
 * Costs: a Job that runs for a second.
 * Survives: applying again, and `kubectl delete -f`: the Secret belongs to no manifest and stays.
 * Does not survive: the deletion of the namespace.
 */
export class SecretGenerator extends Construct {
  /** The main resource: the Job. */
  readonly resource: k8s.KubeJob;
  private readonly props: SecretGeneratorProps;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: SecretGeneratorProps) {
    super(scope, id);
    this.props = props;
    this.name = `${props.instance}-${COMPONENT}`;
    this.createPermissions();
    this.resource = this.createJob(this.renderProgram());
  }

  private renderProgram(): string {
    const { instance, namespace, secretName, keys, poolerUsers } = this.props;
    return renderSecretGenerator({
      namespace,
      secretName,
      labels: objectLabels(instance, 'secrets'),
      apiUrl: 'https://kubernetes.default.svc',
      tokenFile: `${SERVICE_ACCOUNT_FOLDER}/token`,
      values: keys.map((key): GeneratedValue => {
        if (key === SECRET_KEYS.poolerUsers) return { kind: 'text', key, template: poolerUsers };
        // LiteLLM refuses keys of the administrator that do not start so.
        return { kind: 'random', key, prefix: key === SECRET_KEYS.masterKey ? 'sk-' : '' };
      }),
    });
  }

  /** `create` cannot be narrowed to a name; `get` can, and is. */
  private createPermissions(): void {
    const { namespace, secretName } = this.props;
    const metadata = this.metadata(this.name);
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata,
      automountServiceAccountToken: false,
    });
    new k8s.KubeRole(this, 'Role', {
      metadata,
      rules: [
        { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
        { apiGroups: [''], resources: ['secrets'], resourceNames: [secretName], verbs: ['get'] },
      ],
    });
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: this.name },
      subjects: [{ kind: 'ServiceAccount', name: this.name, namespace }],
    });
  }

  private createJob(program: string): k8s.KubeJob {
    const template = choosePod(this.renderPod(program), this.props.pod);
    // A Job cannot be changed, so another pod is another Job.
    const version = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
    return new k8s.KubeJob(this, 'Resource', {
      metadata: this.metadata(`${this.name}-${version}`),
      spec: { backoffLimit: 10, template },
    });
  }

  private renderPod(program: string): k8s.PodTemplateSpec {
    const memory = k8s.Quantity.fromString('128Mi');
    return {
      metadata: { labels: objectLabels(this.props.instance, COMPONENT) },
      spec: {
        restartPolicy: 'OnFailure',
        serviceAccountName: this.name,
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        securityContext: restrictedPod(NODE_USER),
        containers: [
          {
            name: 'secret-generator',
            image: renderImage(IMAGES.node),
            command: ['node', '-e', program],
            env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${SERVICE_ACCOUNT_FOLDER}/ca.crt` }],
            resources: {
              requests: { cpu: k8s.Quantity.fromString('50m'), memory },
              limits: { memory },
            },
            securityContext: RESTRICTED_CONTAINER,
          },
        ],
      },
    };
  }

  private metadata(name: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.props.namespace,
      labels: objectLabels(this.props.instance, COMPONENT),
    };
  }
}
