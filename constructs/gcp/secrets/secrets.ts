import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { Password } from '@cdktf/provider-random/lib/password';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { GeneratedSecret, SecretsOutputs, SecretsPlan } from '../../../lib';
import type { Placement } from '../foundation/placement';
import type { GivenSecret } from './given-secret';

export interface SecretsBlockProps {
  readonly plan: SecretsPlan;
  readonly placement: Placement;
  readonly given: readonly GivenSecret[];
}

/**
 * Secrets in Secret Manager, and the identity of the replicas, which may read exactly these and nothing else. The
 * generated values stand in Terraform's state too: keep it in a bucket that only operators read.
 *
 * Costs: a few cents a month for each secret. Survives the loss of any region: Google replicates them. A replica reads
 * them when it starts, and keeps what it read last while Secret Manager does not answer.
 */
export class Secrets extends Construct implements SecretsOutputs {
  readonly masterKeyLocation: string;
  /** The generated ones. */
  readonly resource: Readonly<Record<GeneratedSecret, SecretManagerSecret>>;
  /** Identity of the replicas. */
  readonly reader: ServiceAccount;
  readonly databasePassword: Password;
  /** What has to stand before a replica can read. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: SecretsBlockProps) {
    super(scope, id);
    const { name, project } = props.placement;
    this.reader = new ServiceAccount(this, 'Reader', {
      accountId: `${name}-gateway`,
      displayName: `Replicas of ${name}`,
      project,
    });
    const masterKey = this.createPassword('MasterKeyValue');
    const saltKey = this.createPassword('SaltKeyValue');
    this.databasePassword = this.createPassword('DatabasePasswordValue');
    this.resource = {
      'master-key': this.createSecret('MasterKey', `${name}-master-key`, project),
      'salt-key': this.createSecret('SaltKey', `${name}-salt-key`, project),
      'database-password': this.createSecret(
        'DatabasePassword',
        `${name}-database-password`,
        project,
      ),
      'cache-password': this.createSecret('CachePassword', `${name}-cache-password`, project),
    };
    this.masterKeyLocation = this.resource['master-key'].id;
    this.ready = [
      // LiteLLM takes only keys that start with sk- for administrators.
      this.createVersion('master-key', 'MasterKeyVersion', `sk-${masterKey.result}`),
      this.createVersion('salt-key', 'SaltKeyVersion', saltKey.result),
      this.createVersion(
        'database-password',
        'DatabasePasswordVersion',
        this.databasePassword.result,
      ),
      ...props.plan.generated.map((secret) => this.grantGenerated(secret, project)),
      ...distinct(props.given).map((secret) => this.grantGiven(secret)),
    ];
  }

  /** Letters and digits alone, because passwords become part of connection strings. */
  private createPassword(id: string): Password {
    return new Password(this, id, { length: 40, special: false });
  }

  private createSecret(id: string, secretId: string, project: string): SecretManagerSecret {
    return new SecretManagerSecret(this, id, {
      secretId,
      project,
      replication: { auto: {} },
      deletionProtection: true,
    });
  }

  private createVersion(
    secret: GeneratedSecret,
    id: string,
    secretData: string,
  ): SecretManagerSecretVersion {
    return new SecretManagerSecretVersion(this, id, {
      secret: this.resource[secret].id,
      secretData,
    });
  }

  private grantGenerated(secret: GeneratedSecret, project: string): SecretManagerSecretIamMember {
    return this.createGrant(`Read-${secret}`, project, this.resource[secret].secretId);
  }

  private grantGiven(secret: GivenSecret): SecretManagerSecretIamMember {
    return this.createGrant(`Read-${secret.environmentName}`, secret.project, secret.secretId);
  }

  private createGrant(id: string, project: string, secretId: string): SecretManagerSecretIamMember {
    return new SecretManagerSecretIamMember(this, id, {
      project,
      secretId,
      role: 'roles/secretmanager.secretAccessor',
      member: this.reader.member,
    });
  }
}

/** Two variables may share one secret; two grants of the same would take each other away when one is removed. */
function distinct(secrets: readonly GivenSecret[]): readonly GivenSecret[] {
  const byResource = new Map<string, GivenSecret>();
  for (const secret of secrets) {
    const key = `${secret.project}/${secret.secretId}`;
    if (!byResource.has(key)) byResource.set(key, secret);
  }
  return [...byResource.values()];
}
