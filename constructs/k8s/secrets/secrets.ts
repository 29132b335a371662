import type { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { GATEWAY_ENVIRONMENT, type RegionPlan, type SecretsOutputs, SpecError } from '../../../lib';
import type { PodChoices } from '../foundation/pod-choices';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import { createExternalSecrets } from './external-secrets';
import { SecretGenerator } from './generator';
import {
  type ExistingSecrets,
  type ExternalSecrets,
  type GeneratedSecrets,
  type RemoteSecret,
  SECRET_KEYS,
  type SecretKey,
  type SecretSource,
} from './source';

export interface SecretsBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  /** Secrets brought, by the environment variable that the configuration references. */
  readonly given: Readonly<Record<string, SecretKeyReference | RemoteSecret>>;
  readonly source: SecretSource;
  /** What the pod is told that makes values up. */
  readonly pod: PodChoices;
  /** Keys that the rest of the deployment needs. */
  readonly keys: readonly SecretKey[];
  /** Whether the password of the gateway's role must be that of the other regions, because rows and roles are theirs too. */
  readonly databaseLogin: 'of-this-region' | 'shared-by-regions';
}

/**
 * Values that stand in no manifest: those brought as Secrets of the namespace, those a secret manager keeps, and those a
 * Job makes up once inside the cluster.
 *
 * Costs: at most a Job that runs for a second.
 * Survives: applying again, and `kubectl delete -f`: no Secret belongs to a manifest.
 * Does not survive: where they were made up, the deletion of the namespace. Without a copy of the Secret the volumes of
 * the database cannot be opened by their roles again.
 */
export class Secrets extends Construct implements SecretsOutputs {
  /** Makes up passwords and the administrator's key, once. */
  static generated(): GeneratedSecrets {
    return { kind: 'generated' };
  }

  /** Takes passwords and the administrator's key from a Secret that is there already. */
  static existing(secretName: string): ExistingSecrets {
    return { kind: 'existing', secretName };
  }

  /** Takes passwords and the administrator's key from a secret manager, through the External Secrets Operator. */
  static external(props: Omit<ExternalSecrets, 'kind'>): ExternalSecrets {
    return { kind: 'external', ...props };
  }

  /** Takes a value of the configuration from the secret manager of `Secrets.external()`. */
  static remote(remoteKey: string, property?: string): RemoteSecret {
    return { kind: 'remote', remoteKey, property };
  }

  /** The main resource: the Job that makes up the Secret, or the ExternalSecret. Null: it was there already. */
  readonly resource: k8s.KubeJob | ApiObject | null;
  /** How an operator reads the administrator's key. */
  readonly masterKeyLocation: string;
  readonly masterKey: SecretKeyReference;
  readonly saltKey: SecretKeyReference;
  readonly databasePassword: SecretKeyReference;
  readonly databaseSuperuserPassword: SecretKeyReference;
  readonly databaseReplicationPassword: SecretKeyReference;
  readonly databaseRewindPassword: SecretKeyReference;
  /** PgBouncer's list of users. */
  readonly poolerUsers: SecretKeyReference;
  readonly cachePassword: SecretKeyReference;
  /** Keys that the deployment itself needs, whoever made them. */
  readonly required: readonly SecretKeyReference[];
  private readonly given: Readonly<Record<string, SecretKeyReference>>;

  constructor(scope: Construct, id: string, props: SecretsBlockProps) {
    super(scope, id);
    const secretName = chooseSecretName(props);
    const keyOf = (key: SecretKey): SecretKeyReference => ({ secretName, key });
    this.masterKey = keyOf(SECRET_KEYS.masterKey);
    this.saltKey = keyOf(SECRET_KEYS.saltKey);
    this.databasePassword = keyOf(SECRET_KEYS.databasePassword);
    this.databaseSuperuserPassword = keyOf(SECRET_KEYS.databaseSuperuserPassword);
    this.databaseReplicationPassword = keyOf(SECRET_KEYS.databaseReplicationPassword);
    this.databaseRewindPassword = keyOf(SECRET_KEYS.databaseRewindPassword);
    this.poolerUsers = keyOf(SECRET_KEYS.poolerUsers);
    this.cachePassword = keyOf(SECRET_KEYS.cachePassword);
    this.required = props.keys.map(keyOf);
    this.masterKeyLocation = `Secret ${props.namespace}/${secretName}, key ${this.masterKey.key}`;
    this.given = resolveGiven(props);
    this.resource = this.createSource(props, secretName);
  }

  /** The administrator's key and what is brought; a key that is brought takes the place of the other one. */
  gatewayEnvironment(): Readonly<Record<string, SecretKeyReference>> {
    return {
      [GATEWAY_ENVIRONMENT.masterKey]: this.masterKey,
      [GATEWAY_ENVIRONMENT.saltKey]: this.saltKey,
      ...this.given,
    };
  }

  private createSource(
    props: SecretsBlockProps,
    secretName: string,
  ): k8s.KubeJob | ApiObject | null {
    const { source, plan, namespace, keys } = props;
    const { userName } = plan.database;
    switch (source.kind) {
      case 'existing':
        return null;
      case 'generated':
        return new SecretGenerator(this, 'Generator', {
          instance: plan.name,
          namespace,
          secretName,
          keys,
          pod: props.pod,
          poolerUsers: `"${userName}" "{${SECRET_KEYS.databasePassword}}"\n`,
        }).resource;
      case 'external':
        return createExternalSecrets(this, {
          instance: plan.name,
          namespace,
          source,
          secretName,
          keys,
          userName,
          databaseLoginName:
            props.databaseLogin === 'shared-by-regions' ? `${plan.name}-postgres-app` : null,
          remote: { secretName: remoteSecretName(plan), values: remoteSecretsOf(props.given) },
        });
    }
  }
}

function chooseSecretName({ source, plan }: SecretsBlockProps): string {
  switch (source.kind) {
    case 'generated':
      return `${plan.name}-generated`;
    case 'external':
      return `${plan.name}-external`;
    case 'existing':
      return source.secretName;
  }
}

function remoteSecretName(plan: RegionPlan): string {
  return `${plan.name}-provider-keys`;
}

function remoteSecretsOf(
  given: SecretsBlockProps['given'],
): Readonly<Record<string, RemoteSecret>> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => ('kind' in value ? [[name, value]] : [])),
  );
}

/** Remote values come as keys of one Secret, under the names of their variables. */
function resolveGiven(props: SecretsBlockProps): Readonly<Record<string, SecretKeyReference>> {
  const { given, source, plan } = props;
  const remote = Object.keys(remoteSecretsOf(given));
  if (remote.length > 0 && source.kind !== 'external') {
    throw new SpecError(
      'secrets',
      remote.map((name) => ({
        rule: 'k8s.secrets.remote',
        path: `secrets.${name}`,
        allowed: 'be a key of a Secret, because no secret manager is named',
        got: 'a remote secret',
        fix: 'set secretSource to Secrets.external(…), or name a Secret',
      })),
    );
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      'kind' in value ? { secretName: remoteSecretName(plan), key: name } : value,
    ]),
  );
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
