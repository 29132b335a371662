/** Passwords and the administrator's key, made up once inside the cluster. */
export interface GeneratedSecrets {
  readonly kind: 'generated';
}

/** A Secret of the gateway's namespace that is there already. */
export interface ExistingSecrets {
  readonly kind: 'existing';

  /**
   * Name of the Secret. It needs the keys that `requiredSecretKeys` names; letters and digits only for passwords.
   */
  readonly secretName: string;
}

/** Values of a secret manager, brought by the External Secrets Operator of the cluster. */
export interface ExternalSecrets {
  readonly kind: 'external';

  /**
   * The store that knows how to reach the secret manager.
   */
  readonly secretStore: SecretStoreReference;

  /**
   * Entry of the secret manager that holds the passwords and the administrator's key, each as a property named like
   * its key. A URL carries passwords, so letters and digits only.
   */
  readonly remoteKey: string;

  /**
   * How often values are read again. Pods see a new value when they start again.
   *
   * Unit: a duration such as `1h0m0s`.
   *
   * @default '1h0m0s'
   */
  readonly refreshInterval?: string;
}

/** A store of the External Secrets Operator. */
export interface SecretStoreReference {
  readonly name: string;

  /**
   * `SecretStore` of the gateway's namespace, or `ClusterSecretStore`.
   *
   * @default 'ClusterSecretStore'
   */
  readonly kind?: 'SecretStore' | 'ClusterSecretStore';
}

export type SecretSource = GeneratedSecrets | ExistingSecrets | ExternalSecrets;

/** A value of the secret manager; needs `Secrets.external()`. */
export interface RemoteSecret {
  readonly kind: 'remote';

  /** Entry of the secret manager. */
  readonly remoteKey: string;

  /**
   * Property of the entry.
   *
   * @default - the whole entry
   */
  readonly property?: string;
}

/** Keys of the Secret with passwords and the administrator's key. */
export const SECRET_KEYS = {
  masterKey: 'master-key',
  /** What keys are hashed with. It never changes, also when the administrator's key does. */
  saltKey: 'salt-key',
  databasePassword: 'database-password',
  databaseSuperuserPassword: 'database-superuser-password',
  databaseReplicationPassword: 'database-replication-password',
  databaseRewindPassword: 'database-rewind-password',
  cachePassword: 'cache-password',
  /** PgBouncer's list of users; it follows from the password of the database. */
  poolerUsers: 'userlist.txt',
} as const;

export type SecretKey = (typeof SECRET_KEYS)[keyof typeof SECRET_KEYS];

/** Which of them a deployment needs: what is brought or made by an operator has secrets of its own. */
export function requiredSecretKeys(parts: {
  readonly database: 'patroni' | 'cloud-native-pg' | 'existing';
  readonly cache: 'sentinel' | 'cluster' | 'existing';
}): readonly SecretKey[] {
  return [
    SECRET_KEYS.masterKey,
    SECRET_KEYS.saltKey,
    ...(parts.database === 'patroni'
      ? [
          SECRET_KEYS.databasePassword,
          SECRET_KEYS.databaseSuperuserPassword,
          SECRET_KEYS.databaseReplicationPassword,
          SECRET_KEYS.databaseRewindPassword,
        ]
      : []),
    ...(parts.cache === 'existing' ? [] : [SECRET_KEYS.cachePassword]),
    ...(parts.database === 'patroni' ? [SECRET_KEYS.poolerUsers] : []),
  ];
}
