import { RemovalPolicy } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SecretsOutputs } from '../../../lib';
import { acknowledgeReadAtStart } from '../foundation/acknowledge';
import { listPeers, type RegionPlace } from '../foundation/region-place';

/** How replicas log in to the database, in the gateway's own words: by a password, or by tokens that they sign. */
export type DatabaseLogin = 'password' | 'rds-iam' | 'dsql-iam';

export interface SecretsBlockProps {
  /** The secret of each environment variable that the configuration references. */
  readonly given: Readonly<Record<string, secretsmanager.ISecret>>;
  readonly databaseUserName: string;
  /** Of a database that was brought. Null: generated. */
  readonly databaseCredentials: secretsmanager.ISecret | null;
  /** Where all sign tokens there is no password; where replicas alone do, that of the owner changes by the clock. */
  readonly databaseLogin: DatabaseLogin;
  /** Of a cache that was brought. Null: generated. */
  readonly cacheToken: secretsmanager.ISecret | null;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

/** Letters and digits: the values stand in URLs and environment variables unescaped. 48 of them hold 285 bits. */
const RANDOM: secretsmanager.SecretStringGenerator = {
  passwordLength: 48,
  excludePunctuation: true,
  includeSpace: false,
};

/**
 * The values that never stand in a template: those of the configuration, handed over by the user, and those that are
 * generated once in Secrets Manager.
 *
 * Costs: four secrets, less those of a database and a cache that were brought, and that of a database that takes tokens.
 * Survives: the loss of a zone, and the deletion of the stack: generated secrets are kept, as is the data they open.
 * Does not survive: the loss of the region. Among several regions all know the same keys: Secrets Manager copies what the
 * first of them made up to the others, where a copy is read like any other secret. Tokens of caches are not shared.
 */
export class Secrets extends Construct implements SecretsOutputs {
  readonly given: Readonly<Record<string, secretsmanager.ISecret>>;
  readonly masterKey: secretsmanager.ISecret;
  readonly databaseLogin: DatabaseLogin;
  readonly cacheToken: secretsmanager.ISecret;
  /** What keys are hashed with. Never change it: every key depends on it. */
  readonly saltKey: secretsmanager.ISecret;
  readonly masterKeyLocation: string;
  private readonly password: secretsmanager.ISecret | null;

  constructor(scope: Construct, id: string, props: SecretsBlockProps) {
    super(scope, id);
    this.given = props.given;
    const { place } = props;
    this.masterKey = this.createShared('MasterKey', place, {
      secretName: place?.names.masterKey,
      description: 'Key of the administrator of the gateway',
      generateSecretString: RANDOM,
    });
    this.saltKey = this.createShared('SaltKey', place, {
      secretName: place?.names.saltKey,
      description: 'What the gateway hashes keys with; every key depends on it',
      generateSecretString: RANDOM,
    });
    this.databaseLogin = props.databaseLogin;
    this.password = props.databaseLogin === 'dsql-iam' ? null : this.createPassword(props);
    this.cacheToken =
      props.cacheToken ??
      this.createSecret('CacheToken', {
        description: 'Token for the cache of the gateway',
        generateSecretString: RANDOM,
      });
    this.masterKeyLocation = this.masterKey.secretArn;
  }

  /**
   * JSON with `username` and `password`, as RDS and its tools expect.
   *
   * @throws {Error} where replicas log in without a password.
   */
  get databaseCredentials(): secretsmanager.ISecret {
    if (this.password === null) throw new Error('who logs in by tokens has no password');
    return this.password;
  }

  private createPassword(props: SecretsBlockProps): secretsmanager.ISecret {
    const { place, databaseUserName } = props;
    if (props.databaseCredentials !== null) return props.databaseCredentials;
    const secret: secretsmanager.SecretProps = {
      secretName: place?.names.databaseCredentials,
      description: 'User and password of the database of the gateway',
      generateSecretString: {
        ...RANDOM,
        secretStringTemplate: JSON.stringify({ username: databaseUserName }),
        generateStringKey: 'password',
      },
    };
    return props.databaseLogin === 'rds-iam'
      ? this.createKept('DatabaseCredentials', secret)
      : this.createShared('DatabaseCredentials', place, secret);
  }

  /** What all regions must know alike: made up in the first of them, and copied to the others under the same name. */
  private createShared(
    id: string,
    place: RegionPlace | null,
    props: secretsmanager.SecretProps,
  ): secretsmanager.ISecret {
    if (place === null || props.secretName === undefined) return this.createSecret(id, props);
    if (place.secretsOrigin.kind === 'copied') {
      return secretsmanager.Secret.fromSecretNameV2(this, id, props.secretName);
    }
    return this.createSecret(id, {
      ...props,
      replicaRegions: listPeers(place).map((region) => ({ region })),
    });
  }

  private createSecret(id: string, props: secretsmanager.SecretProps): secretsmanager.Secret {
    const secret = this.createKept(id, props);
    acknowledgeReadAtStart(secret);
    return secret;
  }

  private createKept(id: string, props: secretsmanager.SecretProps): secretsmanager.Secret {
    return new secretsmanager.Secret(this, id, { ...props, removalPolicy: RemovalPolicy.RETAIN });
  }
}
