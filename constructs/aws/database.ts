import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { BackupPlan, DatabaseOutputs, DatabasePlan, DatabaseProps, Endpoint } from '../../lib';
import type { WatchedDatabase } from './database-alarms';
import type { Network } from './network';
import type { RegionPlace } from './region-place';
import type { Secrets } from './secrets';

/** RDS for PostgreSQL, created for the gateway. */
export interface RdsOptions extends DatabaseProps {
  /**
   * Class of the primary and of each replica. Size it by memory: what the spend ledger's indexes need must fit.
   *
   * @default db.r6g.large
   * @see guide, "AWS RDS"
   */
  readonly instanceType?: ec2.InstanceType;
}

export interface RdsDatabase extends RdsOptions {
  readonly kind: 'rds';
}

/** Aurora PostgreSQL, created for the gateway. Its storage grows by itself, so it has no size. */
export interface AuroraOptions extends Omit<DatabaseProps, 'storageGib'> {
  /**
   * Class of the writer and of each reader, which takes the writer's place. Size it by memory.
   *
   * @default db.r6g.large
   */
  readonly instanceType?: ec2.InstanceType;
}

export interface AuroraDatabase extends AuroraOptions {
  readonly kind: 'aurora';
}

/** A database that is there already, with a standby, backups and alarms of whoever runs it. */
export interface ExistingDatabaseOptions extends Pick<DatabaseProps, 'maxConnections'> {
  /**
   * The server. One that is imported needs its security groups, which then admit the replicas.
   */
  readonly server: rds.IDatabaseInstance | rds.IDatabaseCluster;

  /**
   * JSON with `username` and `password` of a user that owns the database, as RDS writes it.
   */
  readonly credentials: ISecret;

  /**
   * Name of that user. It stands in the address of the database, which is put together before the secret is read.
   *
   * @default 'litellm'
   */
  readonly userName?: string;

  /**
   * Name of the database on the server.
   *
   * @default 'litellm'
   */
  readonly databaseName?: string;
}

export interface ExistingDatabase extends ExistingDatabaseOptions {
  readonly kind: 'existing';
}

export type DatabaseTarget = RdsDatabase | AuroraDatabase | ExistingDatabase;

export interface DatabaseBlockProps {
  readonly plan: DatabasePlan;
  readonly backup: BackupPlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly instanceType: ec2.InstanceType;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

/**
 * PostgreSQL for the gateway: what stands behind it is chosen by one of the three words below.
 *
 * Replicas connect to it without a pooler in between. The most connections that all of them can open is checked at synth
 * against what the server accepts, so none is needed; and a pooler that lends a connection for one transaction, as RDS Proxy
 * does, holds on to it for the whole session once a client prepares statements by name, as LiteLLM's image does.
 */
export abstract class Database extends Construct implements DatabaseOutputs {
  /** PostgreSQL on RDS: a primary, a synchronous standby that takes no calls, and replicas for reading. */
  static rds(options: RdsOptions = {}): RdsDatabase {
    return { kind: 'rds', ...options };
  }

  /** Aurora PostgreSQL: one storage over three zones, a writer, and readers that take its place within half a minute. */
  static aurora(options: AuroraOptions = {}): AuroraDatabase {
    return { kind: 'aurora', ...options };
  }

  /** A database that is there already. */
  static existing(options: ExistingDatabaseOptions): ExistingDatabase {
    return { kind: 'existing', ...options };
  }

  abstract readonly writer: Endpoint;
  abstract readonly reader: Endpoint;
  abstract readonly connections: ec2.Connections;
  abstract readonly arn: string;
  /** What AWS Backup calls it. */
  abstract readonly backupType: 'RDS' | 'Aurora';
  /** What alarms look at. */
  abstract readonly watched: WatchedDatabase;
}
