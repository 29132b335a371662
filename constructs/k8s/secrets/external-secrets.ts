import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { objectLabels } from '../foundation/labels';
import { type ExternalSecrets, type RemoteSecret, SECRET_KEYS, type SecretKey } from './source';

/**
 * The Secret of passwords and, where any value of the configuration is remote, that of those values; both filled by the
 * External Secrets Operator. Returns the first.
 *
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export function createExternalSecrets(
  scope: Construct,
  input: {
    /** Name of the deployment. */
    readonly instance: string;
    readonly namespace: string;
    readonly source: ExternalSecrets;
    readonly secretName: string;
    readonly keys: readonly SecretKey[];
    /** Role of the gateway in the database. */
    readonly userName: string;
    /** Secret with name and password of that role, for an operator that asks for it. Null: nobody does. */
    readonly databaseLoginName: string | null;
    readonly remote: {
      readonly secretName: string;
      readonly values: Readonly<Record<string, RemoteSecret>>;
    };
  },
): ApiObject {
  const { source, keys, remote } = input;
  const create = (id: string, name: string, spec: Readonly<Record<string, unknown>>): ApiObject =>
    new ApiObject(scope, id, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: {
        name,
        namespace: input.namespace,
        labels: { ...objectLabels(input.instance, 'secrets') },
      },
      spec: {
        refreshInterval: source.refreshInterval ?? '1h0m0s',
        secretStoreRef: {
          kind: source.secretStore.kind ?? 'ClusterSecretStore',
          name: source.secretStore.name,
        },
        ...spec,
      },
    });
  if (Object.keys(remote.values).length > 0) {
    create('ProviderKeys', remote.secretName, {
      target: renderTarget(remote.secretName),
      data: Object.entries(remote.values).map(([secretKey, { remoteKey, property }]) => ({
        secretKey,
        remoteRef: { key: remoteKey, ...(property === undefined ? {} : { property }) },
      })),
    });
  }
  if (input.databaseLoginName !== null) {
    create('DatabaseLogin', input.databaseLoginName, {
      target: {
        ...renderTarget(input.databaseLoginName),
        template: renderLoginTemplate(input.userName),
      },
      data: [
        {
          secretKey: 'password',
          remoteRef: { key: source.remoteKey, property: SECRET_KEYS.databasePassword },
        },
      ],
    });
  }
  const users = SECRET_KEYS.poolerUsers;
  return create('External', input.secretName, {
    target: {
      ...renderTarget(input.secretName),
      ...(keys.includes(users) ? { template: renderUsersTemplate(input.userName) } : {}),
    },
    data: keys
      .filter((key) => key !== users)
      .map((secretKey) => ({
        secretKey,
        remoteRef: { key: source.remoteKey, property: secretKey },
      })),
  });
}

/** A secret manager that lost an entry must not take a password from a running gateway. */
function renderTarget(name: string): Readonly<Record<string, string>> {
  return { name, creationPolicy: 'Owner', deletionPolicy: 'Retain' };
}

/** Beside the values themselves, PgBouncer's list of users. */
function renderUsersTemplate(userName: string): unknown {
  const password = `{{ index . "${SECRET_KEYS.databasePassword}" }}`;
  return {
    engineVersion: 'v2',
    mergePolicy: 'Merge',
    data: { [SECRET_KEYS.poolerUsers]: `"${userName}" "${password}"\n` },
  };
}

/** The form in which CloudNativePG takes a role. */
function renderLoginTemplate(userName: string): unknown {
  return {
    type: 'kubernetes.io/basic-auth',
    engineVersion: 'v2',
    mergePolicy: 'Merge',
    data: { username: userName },
  };
}
