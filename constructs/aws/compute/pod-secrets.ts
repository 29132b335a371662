import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { type DatabasePlan, GATEWAY_ENVIRONMENT } from '../../../lib';
import type { SecretKeyReference } from '../../k8s/foundation/secret-key-reference';
import type { Cache } from '../cache/cache';
import type { Database } from '../database/database';
import type { DatabaseLogin, Secrets } from '../secrets/secrets';

/** One value that replicas need: the secret it stands in, and the field if that secret is JSON. */
export interface PodSecret {
  readonly environmentName: string;
  readonly secret: ISecret;
  readonly field: string | null;
}

export const DATABASE_PASSWORD = GATEWAY_ENVIRONMENT.databasePassword;

/** Everything secret in the environment of a replica, sorted by name so that the output never depends on an order. */
export function listPodSecrets(secrets: Secrets): readonly PodSecret[] {
  const whole = (environmentName: string, secret: ISecret): PodSecret => ({
    environmentName,
    secret,
    field: null,
  });
  const given = Object.entries(secrets.given).map(([name, secret]) => whole(name, secret));
  const generated = [
    whole(GATEWAY_ENVIRONMENT.masterKey, secrets.masterKey),
    whole(GATEWAY_ENVIRONMENT.saltKey, secrets.saltKey),
    whole(GATEWAY_ENVIRONMENT.redisPassword, secrets.cacheToken),
    ...(secrets.databaseLogin === 'password'
      ? [
          {
            environmentName: DATABASE_PASSWORD,
            secret: secrets.databaseCredentials,
            field: 'password',
          },
        ]
      : []),
  ];
  // Who brings a key of an older gateway along, keeps its keys.
  return [
    ...given,
    ...generated.filter(({ environmentName }) => !(environmentName in secrets.given)),
  ].sort((one, other) => (one.environmentName < other.environmentName ? -1 : 1));
}

/** The environment that is made of addresses, and of secrets by name only. */
export function renderEnvironment(input: {
  readonly plan: DatabasePlan;
  readonly database: Pick<Database, 'writer' | 'reader' | 'server' | 'login'>;
  readonly cache: Cache;
  readonly region: string;
}): Readonly<Record<string, string>> {
  const { plan, database, cache, region } = input;
  const url = (host: string): string =>
    renderDatabaseUrl({
      plan,
      host,
      login: database.login,
      password: database.login === 'password' ? `$(${DATABASE_PASSWORD})` : null,
    });
  return {
    [GATEWAY_ENVIRONMENT.databaseUrl]: url(database.writer.host),
    [GATEWAY_ENVIRONMENT.databaseReaderUrl]: url(database.reader.host),
    ...(database.server === null
      ? {}
      : { [GATEWAY_ENVIRONMENT.databaseDirectUrl]: url(database.server.host) }),
    ...renderLoginEnvironment(database, region),
    ...cache.environment,
    [GATEWAY_ENVIRONMENT.region]: region,
  };
}

/** What replicas must know to sign tokens: that they are to, and for which region. Nothing where there is a password. */
export function renderLoginEnvironment(
  { login }: Pick<Database, 'login'>,
  region: string,
): Readonly<Record<string, string>> {
  return login === 'password'
    ? {}
    : { [GATEWAY_ENVIRONMENT.databaseAuth]: login, AWS_REGION: region };
}

/** Encrypted, without a check of the authority that signed the certificate of RDS: no image carries it. */
const UNCHECKED = 'sslmode=require&uselibpqcompat=true';
const TLS: Readonly<Record<DatabaseLogin, string>> = {
  password: UNCHECKED,
  'rds-iam': UNCHECKED,
  'dsql-iam': 'sslmode=verify-full',
};

/** The address of the database. `password` is a reference, never a value; null: it, or a token, comes from elsewhere. */
export function renderDatabaseUrl(input: {
  readonly plan: DatabasePlan;
  readonly host: string;
  readonly login: DatabaseLogin;
  readonly password: string | null;
}): string {
  const { plan, host, login, password } = input;
  const user = password === null ? plan.userName : `${plan.userName}:${password}`;
  return `postgresql://${user}@${host}:${plan.port}/${plan.databaseName}?${TLS[login]}`;
}

export function referencePodSecrets(
  podSecrets: readonly PodSecret[],
  secretName: string,
): Readonly<Record<string, SecretKeyReference>> {
  return Object.fromEntries(
    podSecrets.map(({ environmentName }) => [
      environmentName,
      { secretName, key: environmentName },
    ]),
  );
}

/**
 * Tells the Secrets Store driver to fetch each secret with the identity of the pod and to copy them into one Kubernetes
 * Secret, from which the environment is taken.
 */
export function renderSecretProviderClass(input: {
  readonly name: string;
  readonly namespace: string;
  readonly region: string;
  readonly podSecrets: readonly PodSecret[];
}): Record<string, unknown> {
  const { name, namespace, region, podSecrets } = input;
  const objects = podSecrets.map(({ environmentName, secret, field }) => ({
    // Without the six characters that AWS appends, an address is only a guess at a secret; its name is not.
    objectName: secret.secretFullArn ?? secret.secretName,
    objectType: 'secretsmanager',
    ...(field === null
      ? { objectAlias: environmentName }
      : {
          objectAlias: `${environmentName}.json`,
          jmesPath: [{ path: field, objectAlias: environmentName }],
        }),
  }));
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name, namespace },
    spec: {
      provider: 'aws',
      // The provider reads YAML here, and JSON is YAML.
      parameters: { region, usePodIdentity: 'true', objects: JSON.stringify(objects) },
      secretObjects: [
        {
          secretName: name,
          type: 'Opaque',
          data: podSecrets.map(({ environmentName }) => ({
            objectName: environmentName,
            key: environmentName,
          })),
        },
      ],
    },
  };
}
