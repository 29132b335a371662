import type { DatabaseOutputs, DatabaseProps, Endpoint } from '../../../lib';
import type { ObjectStorageCredentials } from '../foundation/object-storage-credentials';
import type { SecretKeyReference } from '../foundation/secret-key-reference';

/** PostgreSQL under Patroni, in the cluster itself. */
export interface PatroniChoice extends DatabaseProps {
  readonly kind: 'patroni';
}

/** PostgreSQL run by the operator CloudNativePG of the cluster. */
export interface CloudNativePgChoice extends DatabaseProps {
  readonly kind: 'cloud-native-pg';

  /**
   * Image of PostgreSQL 16. Name it by its digest to keep rebuilds of the tag out.
   *
   * @default - PostgreSQL 16 of the CloudNativePG project
   */
  readonly image?: string;

  /**
   * Storage class of the volumes. Choose one that keeps volumes whose claim is deleted: the operator deletes the claims
   * together with the Cluster.
   *
   * @default - the cluster's own
   */
  readonly storageClassName?: string;

  /**
   * Namespace of the operator, which has to reach the instances.
   *
   * @default 'cnpg-system'
   */
  readonly operatorNamespace?: string;

  /**
   * Object storage for the log of PostgreSQL and a copy of its files each day, from which any moment can be restored.
   * Give it to lose minutes instead of a day with the cluster. Needs the operator's Barman Cloud plugin.
   *
   * @default - no such archive; dumps as `backup` says
   */
  readonly archive?: DatabaseArchive;

  /**
   * Annotations of the Service that other regions connect to, such as the one by which your cloud makes its load balancer
   * internal. Set it unless the database is to be reached from the internet. Counts with several regions only.
   *
   * @default - only the host name, for ExternalDNS
   */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
}

/** Where the log and the copies of the files go. */
export interface DatabaseArchive {
  /**
   * Bucket that exists already.
   */
  readonly bucket: string;

  /**
   * Folder in the bucket.
   *
   * @default - the gateway's name
   */
  readonly prefix?: string;

  /**
   * Address of the object storage, such as `https://storage.example.com`.
   *
   * @default - Amazon S3
   */
  readonly endpoint?: string;

  /**
   * Region of the bucket.
   *
   * @default 'us-east-1'
   */
  readonly region?: string;

  /**
   * Secret of the gateway's namespace with the keys of an account that may read, write and delete in the bucket.
   */
  readonly credentials: ObjectStorageCredentials;
}

/**
 * A PostgreSQL that somebody else runs, makes highly available and backs up. Dumps that `backup` asks for all the same are
 * taken by the tools of version 16: the server may not be newer.
 */
export interface ExistingDatabaseChoice extends Pick<DatabaseProps, 'maxConnections'> {
  readonly kind: 'existing';

  /**
   * Host name that follows the primary through a failover.
   */
  readonly host: string;

  /**
   * Host name that spreads over the replicas.
   *
   * @default - that of the primary
   */
  readonly readerHost?: string;

  /**
   * Host name of the primary past any pooler. Sessions that last, such as a dump or a change of the schema, go there.
   *
   * @default - that of the primary
   */
  readonly directHost?: string;

  /**
   * Port of all of them.
   *
   * Unit: port, 1–65535.
   *
   * @default 5432
   */
  readonly port?: number;

  /**
   * Name of the database. Its owner is `userName`.
   *
   * @default 'litellm'
   */
  readonly databaseName?: string;

  /**
   * Role of the gateway.
   *
   * @default 'litellm'
   */
  readonly userName?: string;

  /**
   * Secret of the gateway's namespace with the password. Letters and digits only: it becomes part of a URL.
   */
  readonly password: SecretKeyReference;

  /**
   * Whether connections are encrypted, and whether the server's name is checked, in libpq's words.
   *
   * @default 'verify-full'
   */
  readonly sslMode?: 'disable' | 'require' | 'verify-full';
}

export type DatabaseChoice = PatroniChoice | CloudNativePgChoice | ExistingDatabaseChoice;

/** How the other parts of the region reach PostgreSQL, and who may. */
export interface DatabaseAccess extends DatabaseOutputs {
  /** Follows the primary past the pooler, for sessions that last long. */
  readonly primary: Endpoint;
  readonly databaseName: string;
  /** Name under which `reader` offers the replicas. */
  readonly readerDatabaseName: string;
  readonly userName: string;
  readonly password: SecretKeyReference;
  /** Null: the driver's own choice. */
  readonly sslMode: 'disable' | 'require' | 'verify-full' | null;
  /** Null: it runs elsewhere. */
  readonly pods: DatabasePods | null;
}

type Labels = Readonly<Record<string, string>>;

/** Labels that select the pods of PostgreSQL and of its poolers. */
export interface DatabasePods {
  readonly members: Labels;
  readonly primary: Labels;
  readonly replicas: Labels;
  readonly poolers: readonly Labels[];
  /** Whatever the members are scraped for. */
  readonly metrics: readonly MetricsSource[];
}

/** Pods that answer Prometheus. */
export interface MetricsSource {
  /** What they are, for names. */
  readonly component: string;
  readonly pods: Labels;
  readonly portName: string;
  readonly port: number;
}
