import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { GATEWAY_ENVIRONMENT, type RegionPlan, type SecretsOutputs } from '../../lib';
import { IMAGES, renderImage } from '../../lib/images';
import { renderSecretGenerator, type GeneratedValue } from '../../lib/render';
import { objectLabels } from './workload/labels';
import { restrictedPod, RESTRICTED_CONTAINER } from './workload/pod-security';
import type { SecretKeyReference } from './workload';

export interface SecretsBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  /** Secrets brought, by the environment variable that the configuration references. */
  readonly given: Readonly<Record<string, SecretKeyReference>>;
}

const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const NODE_USER = { userId: 1000, groupId: 1000 };

/**
 * Values that stand in no manifest: those brought as Secrets of the namespace, and those a Job makes up once inside the
 * cluster. Everything that needs one waits until it is there, so the order of applying does not matter.
 *
 * Costs: a Job that runs for a second.
 * Survives: applying again, and `kubectl delete -f`: the Secret made up belongs to no manifest and stays.
 * Does not survive: the deletion of the namespace. Without a copy of the Secret the volumes of the database cannot be
 * opened by their roles again.
 */
export class Secrets extends Construct implements SecretsOutputs {
  /** The main resource: the Job that makes up the Secret. */
  readonly resource: k8s.KubeJob;
  /** How an operator reads the administrator's key. */
  readonly masterKeyLocation: string;
  readonly masterKey: SecretKeyReference;
  readonly databasePassword: SecretKeyReference;
  readonly databaseSuperuserPassword: SecretKeyReference;
  readonly databaseReplicationPassword: SecretKeyReference;
  readonly databaseRewindPassword: SecretKeyReference;
  /** PgBouncer's list of users. */
  readonly poolerUsers: SecretKeyReference;
  readonly cachePassword: SecretKeyReference;
  private readonly instance: string;
  private readonly namespace: string;
  private readonly given: Readonly<Record<string, SecretKeyReference>>;

  constructor(scope: Construct, id: string, props: SecretsBlockProps) {
    super(scope, id);
    this.instance = props.plan.name;
    this.namespace = props.namespace;
    this.given = props.given;
    const secretName = `${this.instance}-generated`;
    const keyOf = (key: string): SecretKeyReference => ({ secretName, key });
    this.masterKey = keyOf('master-key');
    this.databasePassword = keyOf('database-password');
    this.databaseSuperuserPassword = keyOf('database-superuser-password');
    this.databaseReplicationPassword = keyOf('database-replication-password');
    this.databaseRewindPassword = keyOf('database-rewind-password');
    this.poolerUsers = keyOf('userlist.txt');
    this.cachePassword = keyOf('cache-password');
    this.masterKeyLocation = `Secret ${this.namespace}/${secretName}, key ${this.masterKey.key}`;
    const generatorName = `${this.instance}-secret-generator`;
    this.createPermissions(generatorName, secretName);
    this.resource = this.createJob(generatorName, this.renderProgram(secretName, props.plan));
  }

  /** What the gateway's container needs from here. A brought master key takes the place of the generated one. */
  gatewayEnvironment(): Readonly<Record<string, SecretKeyReference>> {
    return {
      [GATEWAY_ENVIRONMENT.masterKey]: this.masterKey,
      [DATABASE_PASSWORD]: this.databasePassword,
      [GATEWAY_ENVIRONMENT.redisPassword]: this.cachePassword,
      [GATEWAY_ENVIRONMENT.redisSentinelPassword]: this.cachePassword,
      ...this.given,
    };
  }

  private renderProgram(secretName: string, plan: RegionPlan): string {
    const random = (reference: SecretKeyReference, prefix = ''): GeneratedValue => ({
      kind: 'random',
      key: reference.key,
      prefix,
    });
    return renderSecretGenerator({
      namespace: this.namespace,
      secretName,
      labels: objectLabels(this.instance, 'secrets'),
      apiUrl: 'https://kubernetes.default.svc',
      tokenFile: `${SERVICE_ACCOUNT_FOLDER}/token`,
      values: [
        // LiteLLM refuses keys that do not start so.
        random(this.masterKey, 'sk-'),
        random(this.databasePassword),
        random(this.databaseSuperuserPassword),
        random(this.databaseReplicationPassword),
        random(this.databaseRewindPassword),
        random(this.cachePassword),
        {
          kind: 'text',
          key: this.poolerUsers.key,
          template: `"${plan.database.userName}" "{${this.databasePassword.key}}"\n`,
        },
      ],
    });
  }

  /** `create` cannot be narrowed to a name; `get` can, and is. */
  private createPermissions(generatorName: string, secretName: string): void {
    const metadata = this.metadata(generatorName);
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
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: generatorName },
      subjects: [{ kind: 'ServiceAccount', name: generatorName, namespace: this.namespace }],
    });
  }

  private createJob(generatorName: string, program: string): k8s.KubeJob {
    const image = renderImage(IMAGES.node);
    // A Job cannot be changed, so another program is another Job.
    const version = createHash('sha256').update(image).update(program).digest('hex').slice(0, 8);
    return new k8s.KubeJob(this, 'Resource', {
      metadata: this.metadata(`${generatorName}-${version}`),
      spec: {
        backoffLimit: 10,
        template: {
          metadata: { labels: objectLabels(this.instance, 'secret-generator') },
          spec: {
            restartPolicy: 'OnFailure',
            serviceAccountName: generatorName,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: restrictedPod(NODE_USER),
            containers: [
              {
                name: 'secret-generator',
                image,
                command: ['node', '-e', program],
                env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${SERVICE_ACCOUNT_FOLDER}/ca.crt` }],
                resources: {
                  requests: {
                    cpu: k8s.Quantity.fromString('50m'),
                    memory: k8s.Quantity.fromString('128Mi'),
                  },
                  limits: { memory: k8s.Quantity.fromString('128Mi') },
                },
                securityContext: RESTRICTED_CONTAINER,
              },
            ],
          },
        },
      },
    });
  }

  private metadata(name: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.namespace,
      labels: objectLabels(this.instance, 'secret-generator'),
    };
  }
}

/** Environment variable that the database URL takes its password from. */
export const DATABASE_PASSWORD = 'DATABASE_PASSWORD';

/** An environment variable whose value is a key of a Secret. */
export function secretVariable(name: string, reference: SecretKeyReference): k8s.EnvVar {
  return {
    name,
    valueFrom: { secretKeyRef: { name: reference.secretName, key: reference.key } },
  };
}
