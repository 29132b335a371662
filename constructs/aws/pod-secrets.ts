import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { GATEWAY_ENVIRONMENT, type DatabaseOutputs, type DatabasePlan } from '../../lib';
import type { SecretKeyReference } from '../k8s/workload';
import type { Cache } from './cache';
import type { Secrets } from './secrets';

/** One value that replicas need: the secret it stands in, and the field if that secret is JSON. */
export interface PodSecret {
  readonly environmentName: string;
  readonly secret: ISecret;
  readonly field: string | null;
}

export const DATABASE_PASSWORD = 'DATABASE_PASSWORD';

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
    {
      environmentName: DATABASE_PASSWORD,
      secret: secrets.databaseCredentials,
      field: 'password',
    },
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
  readonly database: DatabaseOutputs;
  readonly cache: Cache;
  readonly region: string;
}): Readonly<Record<string, string>> {
  const { plan, database, cache, region } = input;
  const url = (host: string): string =>
    renderDatabaseUrl({ plan, host, password: `$(${DATABASE_PASSWORD})` });
  return {
    [GATEWAY_ENVIRONMENT.databaseUrl]: url(database.writer.host),
    [GATEWAY_ENVIRONMENT.databaseReaderUrl]: url(database.reader.host),
    ...cache.environment,
    [GATEWAY_ENVIRONMENT.region]: region,
  };
}

/** The address of the database. `password` is a reference, never a value. */
export function renderDatabaseUrl(input: {
  readonly plan: DatabasePlan;
  readonly host: string;
  readonly password: string;
}): string {
  const { plan, host, password } = input;
  // `require` as libpq means it: encrypted, without a check of the authority, whose certificate no image carries.
  return (
    `postgresql://${plan.userName}:${password}@${host}:${plan.port}/${plan.databaseName}` +
    '?sslmode=require&uselibpqcompat=true'
  );
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
