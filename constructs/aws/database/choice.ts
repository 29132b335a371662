import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DatabaseProps } from '../../../lib';
import type { RdsProxyChoice } from './pooler/pooler';

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
  readonly pooler?: PoolerChoice;

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
export type PoolerChoice = RdsProxyChoice;

export interface RdsChoice extends RdsOptions {
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
  readonly pooler?: PoolerChoice;

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

export interface AuroraChoice extends AuroraOptions {
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

export interface ExistingDatabaseChoice extends ExistingDatabaseOptions {
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

export interface DistributedChoice extends DistributedOptions {
  readonly kind: 'distributed';
}

export type DatabaseChoice = RdsChoice | AuroraChoice | DistributedChoice | ExistingDatabaseChoice;
