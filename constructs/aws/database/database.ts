import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { BackupPlan, DatabaseOutputs, DatabasePlan, DatabaseProps, Endpoint } from '../../../lib';
import type { WatchedDatabase } from './alarms';
import type { DatabaseLogin } from './login';
import type { Network } from '../network/network';
import type { Pooler, PoolerSettings, RdsProxyPooler } from './pooler/pooler';
import type { RegionPlace } from '../foundation/region-place';
import type { Secrets } from '../secrets/secrets';

/** RDS for PostgreSQL, created for the gateway. */
export interface RdsOptions extends DatabaseProps {
  /**
   * Class of the primary and of each replica. Size it by memory: what the spend ledger's indexes need must fit.
   *
   * @default db.r6g.large
   * @see guide, "AWS RDS"
   */
  readonly instanceType?: ec2.InstanceType;

  /**
   * What lends connections of the primary to many clients: `Pooler.rdsProxy()`. Choose it for clients of yours that open and
   * close connections all the time, or for failovers that clients sit out connected. Replicas for reading stay as they are:
   * a proxy of RDS has no address for them. For one region.
   *
   * @default - none: replicas connect to the primary, and what they can open at most is checked at synth
   */
  readonly pooler?: PoolerTarget;

  /**
   * How replicas log in. `iam`: with tokens that they sign with their role and that live for a quarter of an hour, as a role of
   * the database that reads and writes rows and owns no table; the owner's password is for migrations alone, and changes
   * every thirty days. Choose it where auditors ask for passwords that change, or for none. `password`: replicas are the
   * owner, whose password is changed by rotating it, then rolling the replicas. For one region, the packaged gateway, and
   * without a pooler.
   *
   * @default 'password'
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
   */
  readonly login?: 'password' | 'iam';
}

/** What can stand between replicas and the database. */
export type PoolerTarget = RdsProxyPooler;

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

  /**
   * What lends connections of writer and readers to many clients: `Pooler.rdsProxy()`. Choose it for more replicas than the
   * server has connections for, or for failovers that clients sit out connected. For one region.
   *
   * @default - none: replicas connect to writer and readers, and what they can open at most is checked at synth
   */
  readonly pooler?: PoolerTarget;

  /**
   * How replicas log in. `iam`: with tokens that they sign with their role and that live for a quarter of an hour, as a role of
   * the database that reads and writes rows and owns no table; the owner's password is for migrations alone, and changes
   * every thirty days. Choose it where auditors ask for passwords that change, or for none. `password`: replicas are the
   * owner, whose password is changed by rotating it, then rolling the replicas. For one region, the packaged gateway, and
   * without a pooler.
   *
   * @default 'password'
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
   */
  readonly login?: 'password' | 'iam';
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

/** Aurora DSQL, created for the gateway: one database in two regions and a witness. It has no size and no version. */
export interface DistributedOptions extends Pick<DatabaseProps, 'maxConnections'> {
  /**
   * How many connections the replicas of a region may open at most. Raise it for more replicas: an end takes 10,000 of them,
   * of which nothing has to be set up.
   *
   * Unit: connections, 100–5000.
   *
   * @default 400
   * @see Aurora DSQL User Guide, "Cluster quotas": 10,000 connections per cluster
   */
  readonly maxConnections?: number;
}

export interface DsqlDatabase extends DistributedOptions {
  readonly kind: 'distributed';
}

export type DatabaseTarget = RdsDatabase | AuroraDatabase | DsqlDatabase | ExistingDatabase;

export interface DatabaseBlockProps {
  readonly plan: DatabasePlan;
  readonly backup: BackupPlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly instanceType: ec2.InstanceType;
  /** Null: replicas connect to it themselves. */
  readonly pooler: PoolerSettings | null;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

/**
 * PostgreSQL for the gateway: what stands behind it is chosen by one of the words below.
 *
 * Replicas connect to it without a pooler in between unless one is chosen. The most connections that all of them can open is
 * checked at synth against what the server accepts, so none is needed; and a pooler that lends a connection for one
 * transaction, as RDS Proxy does, holds on to it for the whole session once a client prepares statements by name, as LiteLLM's
 * image does.
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

  /** Aurora DSQL: a database of two regions that acknowledges a write when it is in both, or in one and with the witness. */
  static distributed(options: DistributedOptions = {}): DsqlDatabase {
    return { kind: 'distributed', ...options };
  }

  /** A database that is there already. */
  static existing(options: ExistingDatabaseOptions): ExistingDatabase {
    return { kind: 'existing', ...options };
  }

  abstract readonly writer: Endpoint;
  abstract readonly reader: Endpoint;
  /** The doors of all that replicas connect to: the server, and the pooler where there is one. */
  abstract readonly connections: ec2.Connections;
  abstract readonly arn: string;
  /** What restore tests of AWS Backup call it. Null: they know no such database. */
  abstract readonly backupType: 'RDS' | 'Aurora' | null;
  /** What alarms look at. */
  abstract readonly watched: WatchedDatabase;
  /** Null: replicas connect to the server themselves. */
  readonly pooler: Pooler | null = null;
  /** The server itself behind a pooler, for what changes the schema. Null: that is `writer`. */
  readonly server: Endpoint | null = null;
  /** How replicas log in. */
  readonly login: DatabaseLogin = 'password';

  /** Lets a role log in. A password needs no rights. */
  grantLogin(grantee: iam.IGrantable): void {
    void grantee;
  }
}
