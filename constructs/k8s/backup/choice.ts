import type { BackupProps } from '../../../lib';
import type { ObjectStorageCredentials } from '../foundation/object-storage-credentials';
import type { SecretKeyReference } from '../foundation/secret-key-reference';

/** What every dump may bring along. */
export interface DumpProps extends BackupProps {
  /**
   * Stores the configuration and the Secrets that the gateway uses beside each dump, encrypted with AES-256. Set it
   * where no secret manager keeps them: a dump alone cannot be read by a gateway that has another salt key.
   *
   * @default - dumps come alone
   * @see guide, "Backup Strategy": configuration backups
   */
  readonly configuration?: ConfigurationBackup;
}

/** How the configuration is backed up. */
export interface ConfigurationBackup {
  /**
   * Key of a Secret of the gateway's namespace. Its first line is the passphrase: 16 characters or more, of which you
   * keep a copy elsewhere, or nothing can be read back once the cluster is gone.
   */
  readonly passphrase: SecretKeyReference;
}

/** Dumps on a volume of the cluster. */
export interface VolumeBackupChoice extends DumpProps {
  readonly kind: 'volume';

  /**
   * Size of the volume. It holds a compressed dump for each day of `retentionDays`.
   *
   * Unit: GiB.
   *
   * @default - that of the database
   */
  readonly storageGib?: number;

  /**
   * Storage class of the volume. Choose one whose volumes several zones can reach, if the cluster has one.
   *
   * @default - the cluster's own
   */
  readonly storageClassName?: string;
}

/** Dumps in object storage that speaks S3's protocol. */
export interface ObjectStorageBackupChoice extends DumpProps {
  readonly kind: 'object-storage';

  /**
   * Bucket that exists already. Give it versioning or a lock, so that whoever owns the cluster cannot remove backups.
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

export type BackupChoice = VolumeBackupChoice | ObjectStorageBackupChoice;
