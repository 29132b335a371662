/** Every default that exists on Kubernetes alone, with its source. The others are in `lib/spec/defaults.ts`. */

/** The strictest choice that every conformant cluster can keep: nodes always have a name, and not always a zone. */
export const DEFAULT_SPREAD = { kind: 'nodes' } as const;

export const DEFAULT_SIZE = 'standard';

/** Class of ingress-nginx as its own chart installs it: still the one that most clusters have. */
export const DEFAULT_INGRESS_CLASS_NAME = 'nginx';

/** Namespace of CloudNativePG as its own chart and manifests install it. */
export const DEFAULT_CLOUD_NATIVE_PG_NAMESPACE = 'cnpg-system';

/** Of an existing database: PostgreSQL's port, and the names that are made where the database is made. */
export const DEFAULT_DATABASE_PORT = 5432;
export const DEFAULT_DATABASE_NAME = 'litellm';
export const DEFAULT_DATABASE_USER_NAME = 'litellm';

/** Keys of a Secret with an access key for object storage. */
export const DEFAULT_ACCESS_KEY_ID_KEY = 'access-key-id';
export const DEFAULT_SECRET_ACCESS_KEY_KEY = 'secret-access-key';

/** What one replica may write to its machine: the spool of the ledger, and the snapshot of keys. */
export const DEFAULT_DATA_VOLUME_MIB = 512;

/** Guide, "KEDA (Advanced)": threshold of requests per second. */
export const DEFAULT_KEDA_REQUESTS_PER_SECOND = 1000;
/** A fifth of what one replica serves at once before it sheds load, so that streams count too. */
export const DEFAULT_KEDA_IN_FLIGHT = 200;

/** Guide, "Chaos Engineering": `k6 run --vus 1000 --duration 5m`. */
export const DEFAULT_LOAD_TEST_VIRTUAL_USERS = 1000;
export const DEFAULT_LOAD_TEST_SECONDS = 300;
