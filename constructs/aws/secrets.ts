import { RemovalPolicy } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SecretsOutputs } from '../../lib';
import { acknowledge } from './acknowledge';

export interface SecretsBlockProps {
  /** The secret of each environment variable that the configuration references. */
  readonly given: Readonly<Record<string, secretsmanager.ISecret>>;
  readonly databaseUserName: string;
}

/** Letters and digits: the values stand in URLs and environment variables unescaped. 48 of them hold 285 bits. */
const RANDOM: secretsmanager.SecretStringGenerator = {
  passwordLength: 48,
  excludePunctuation: true,
  includeSpace: false,
};

/**
 * The values that never stand in a template: those of the configuration, handed over by the user, and three that are
 * generated once in Secrets Manager.
 *
 * Costs: three secrets.
 * Survives: the loss of a zone, and the deletion of the stack: generated secrets are kept, as is the data they open.
 * Does not survive: the loss of the region.
 */
export class Secrets extends Construct implements SecretsOutputs {
  readonly given: Readonly<Record<string, secretsmanager.ISecret>>;
  readonly masterKey: secretsmanager.Secret;
  /** JSON with `username` and `password`, as RDS and its tools expect. */
  readonly databaseCredentials: secretsmanager.Secret;
  readonly cacheToken: secretsmanager.Secret;
  readonly masterKeyLocation: string;

  constructor(scope: Construct, id: string, props: SecretsBlockProps) {
    super(scope, id);
    this.given = props.given;
    this.masterKey = this.createSecret('MasterKey', {
      description: 'Key of the administrator of the gateway',
      generateSecretString: RANDOM,
    });
    this.databaseCredentials = this.createSecret('DatabaseCredentials', {
      description: 'User and password of the database of the gateway',
      generateSecretString: {
        ...RANDOM,
        secretStringTemplate: JSON.stringify({ username: props.databaseUserName }),
        generateStringKey: 'password',
      },
    });
    this.cacheToken = this.createSecret('CacheToken', {
      description: 'Token for the cache of the gateway',
      generateSecretString: RANDOM,
    });
    this.masterKeyLocation = this.masterKey.secretArn;
  }

  private createSecret(id: string, props: secretsmanager.SecretProps): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, id, {
      ...props,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(secret, {
      findings: ['SMG4'],
      reason:
        'Replicas read it when they start. A rotation by the clock would lock out all that run until they are ' +
        'restarted; it is changed by rotating, then rolling the replicas.',
    });
    return secret;
  }
}
