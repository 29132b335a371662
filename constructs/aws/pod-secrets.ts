import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  GATEWAY_ENVIRONMENT,
  type CacheOutputs,
  type DatabaseOutputs,
  type DatabasePlan,
} from '../../lib';
import type { SecretKeyReference } from '../k8s/workload';
import type { Secrets } from './secrets';

/** One value that replicas need: the secret it stands in, and the field if that secret is JSON. */
export interface PodSecret {
  readonly environmentName: string;
  readonly secret: ISecret;
  readonly field: string | null;
}

const DATABASE_PASSWORD = 'DATABASE_PASSWORD';

/** Everything secret in the environment of a replica, sorted by name so that the output never depends on an order. */
export function listPodSecrets(secrets: Secrets): readonly PodSecret[] {
  const whole = (environmentName: string, secret: ISecret): PodSecret => ({
    environmentName,
    secret,
    field: null,
  });
  return [
    ...Object.entries(secrets.given).map(([name, secret]) => whole(name, secret)),
    whole(GATEWAY_ENVIRONMENT.masterKey, secrets.masterKey),
    whole(GATEWAY_ENVIRONMENT.redisPassword, secrets.cacheToken),
    {
      environmentName: DATABASE_PASSWORD,
      secret: secrets.databaseCredentials,
      field: 'password',
    },
  ].sort((one, other) => (one.environmentName < other.environmentName ? -1 : 1));
}

/** The environment that is made of addresses, and of secrets by name only. */
export function renderEnvironment(input: {
  readonly plan: DatabasePlan;
  readonly database: DatabaseOutputs;
  readonly cache: CacheOutputs;
  readonly region: string;
}): Readonly<Record<string, string>> {
  const { plan, database, cache, region } = input;
  const url = (host: string): string =>
    // `require` as libpq means it: encrypted, without a check of the authority, whose certificate no image carries.
    `postgresql://${plan.userName}:$(${DATABASE_PASSWORD})@${host}:${plan.port}/${plan.databaseName}` +
    '?sslmode=require&uselibpqcompat=true';
  return {
    [GATEWAY_ENVIRONMENT.databaseUrl]: url(database.writer.host),
    [GATEWAY_ENVIRONMENT.databaseReaderUrl]: url(database.reader.host),
    [GATEWAY_ENVIRONMENT.redisHost]: cache.primary.host,
    [GATEWAY_ENVIRONMENT.redisPort]: String(cache.primary.port),
    [GATEWAY_ENVIRONMENT.redisTls]: 'true',
    [GATEWAY_ENVIRONMENT.region]: region,
  };
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
