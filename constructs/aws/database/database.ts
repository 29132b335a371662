import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { BackupPlan, DatabaseOutputs, DatabasePlan, Endpoint } from '../../../lib';
import type { RegionPlace } from '../foundation/region-place';
import type { Network } from '../network/network';
import type { DatabaseLogin, Secrets } from '../secrets/secrets';
import type { WatchedDatabase } from './alarms';
import type {
  AuroraChoice,
  AuroraOptions,
  DistributedChoice,
  DistributedOptions,
  ExistingDatabaseChoice,
  ExistingDatabaseOptions,
  RdsChoice,
  RdsOptions,
} from './choice';
import type { Pooler, PoolerSettings } from './pooler/pooler';

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
  static rds(options: RdsOptions = {}): RdsChoice {
    return { kind: 'rds', ...options };
  }

  /** Aurora PostgreSQL: one storage over three zones, a writer, and readers that take its place within half a minute. */
  static aurora(options: AuroraOptions = {}): AuroraChoice {
    return { kind: 'aurora', ...options };
  }

  /** Aurora DSQL: a database of two regions that acknowledges a write when it is in both, or in one and with the witness. */
  static distributed(options: DistributedOptions = {}): DistributedChoice {
    return { kind: 'distributed', ...options };
  }

  /** A database that is there already. */
  static existing(options: ExistingDatabaseOptions): ExistingDatabaseChoice {
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
