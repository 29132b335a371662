import { SqlDatabase } from '@cdktf/provider-google/lib/sql-database';
import {
  SqlDatabaseInstance,
  type SqlDatabaseInstanceSettings,
} from '@cdktf/provider-google/lib/sql-database-instance';
import { SqlUser } from '@cdktf/provider-google/lib/sql-user';
import { Construct } from 'constructs';
import type { BackupPlan, DatabaseOutputs, DatabasePlan, Endpoint } from '../../../lib';
import { ENTERPRISE_LOG_RETENTION_DAYS, MAINTENANCE } from '../defaults';
import type { Placement } from '../foundation/placement';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';
import type { CloudSqlChoice, CloudSqlProps, CloudSqlSpec } from './choice';

export interface DatabaseBlockProps {
  readonly plan: DatabasePlan;
  readonly backup: BackupPlan;
  readonly placement: Placement;
  readonly cloudSql: CloudSqlSpec;
  readonly network: Network;
  readonly secrets: Secrets;
}

/**
 * Cloud SQL for PostgreSQL: a primary whose disk is written in two zones, and read replicas in the others.
 *
 * Costs: twice the machine and disk of the primary, and the machine and disk of each replica. Survives the loss of a zone
 * or of the primary without losing a write, in about two minutes. Does not survive the loss of the region; its backups do,
 * because Google keeps them in several. Edition Enterprise goes back to any second of the last seven days, and to a daily
 * backup before that; Enterprise Plus to any second of the whole retention.
 */
export class Database extends Construct implements DatabaseOutputs {
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  readonly resource: SqlDatabaseInstance;
  readonly replicas: readonly SqlDatabaseInstance[];
  /** The replica behind `reader`. */
  readonly readerResource: SqlDatabaseInstance;
  readonly databaseName: string;
  readonly userName: string;

  /** PostgreSQL as Cloud SQL; the choice of `database`. */
  static cloudSql(props: CloudSqlProps = {}): CloudSqlChoice {
    return { kind: 'cloud-sql', ...props };
  }

  constructor(scope: Construct, id: string, props: DatabaseBlockProps) {
    super(scope, id);
    const { plan } = props;
    this.resource = this.createPrimary(props);
    this.replicas = Array.from({ length: plan.readReplicas }, (_, index) =>
      this.createReplica(props, index),
    );
    this.databaseName = plan.databaseName;
    this.userName = plan.userName;
    this.createDatabaseAndUser(props);
    this.readerResource = this.replicas[0] ?? this.resource;
    this.writer = { host: this.resource.privateIpAddress, port: plan.port };
    this.reader = { host: this.readerResource.privateIpAddress, port: plan.port };
  }

  private createPrimary(props: DatabaseBlockProps): SqlDatabaseInstance {
    const { plan, backup, placement, cloudSql, network } = props;
    const [zone, secondaryZone] = placement.zoneNames;
    return new SqlDatabaseInstance(this, 'Resource', {
      name: `${placement.name}-db`,
      project: placement.project,
      region: placement.region,
      databaseVersion: `POSTGRES_${plan.majorVersion}`,
      deletionProtection: plan.deletionProtection,
      dependsOn: [...network.privateServices],
      settings: {
        ...commonSettings(props),
        tier: cloudSql.tier,
        availabilityType: 'REGIONAL',
        locationPreference: { zone, secondaryZone },
        retainBackupsOnDelete: true,
        backupConfiguration: {
          enabled: true,
          startTime: backup.windowStart,
          pointInTimeRecoveryEnabled: true,
          transactionLogRetentionDays:
            cloudSql.edition === 'ENTERPRISE_PLUS'
              ? backup.retentionDays
              : Math.min(backup.retentionDays, ENTERPRISE_LOG_RETENTION_DAYS),
          backupRetentionSettings: {
            retainedBackups: backup.retentionDays,
            retentionUnit: 'COUNT',
          },
        },
      },
      lifecycle: { ignoreChanges: IGNORED_CHANGES },
    });
  }

  private createReplica(props: DatabaseBlockProps, index: number): SqlDatabaseInstance {
    const { plan, placement, cloudSql } = props;
    const [, ...otherZones] = placement.zoneNames;
    return new SqlDatabaseInstance(this, `Replica${index + 1}`, {
      name: `${placement.name}-db-read-${index + 1}`,
      project: placement.project,
      region: placement.region,
      databaseVersion: `POSTGRES_${plan.majorVersion}`,
      instanceType: 'READ_REPLICA_INSTANCE',
      masterInstanceName: this.resource.name,
      deletionProtection: plan.deletionProtection,
      settings: {
        ...commonSettings(props),
        tier: cloudSql.replicaTier,
        availabilityType: 'ZONAL',
        locationPreference: { zone: otherZones[index % otherZones.length] },
      },
      lifecycle: { ignoreChanges: IGNORED_CHANGES },
    });
  }

  private createDatabaseAndUser(props: DatabaseBlockProps): void {
    const { plan, placement, secrets } = props;
    // PostgreSQL refuses to drop a user that owns tables, and data stays on delete anyway.
    const inInstance = {
      instance: this.resource.name,
      project: placement.project,
      deletionPolicy: 'ABANDON',
    };
    new SqlDatabase(this, 'Database', { ...inInstance, name: plan.databaseName });
    new SqlUser(this, 'User', {
      ...inInstance,
      name: plan.userName,
      password: secrets.databasePassword.result,
    });
  }
}

/** Storage grows by itself and zones swap at a failover; Terraform must not undo either. */
const IGNORED_CHANGES = ['settings[0].disk_size', 'settings[0].location_preference'];

/** What primary and replicas share. A replica with fewer connections than its primary does not start. */
function commonSettings(props: DatabaseBlockProps): Omit<SqlDatabaseInstanceSettings, 'tier'> {
  const { plan, cloudSql, network } = props;
  return {
    edition: cloudSql.edition,
    diskType: 'PD_SSD',
    diskSize: plan.storageGib,
    diskAutoresize: true,
    deletionProtectionEnabled: plan.deletionProtection,
    ipConfiguration: {
      ipv4Enabled: false,
      privateNetwork: network.networkId,
      sslMode: 'ENCRYPTED_ONLY',
      ...(network.servicesRangeName === null
        ? {}
        : { allocatedIpRange: network.servicesRangeName }),
    },
    databaseFlags: [
      { name: 'max_connections', value: String(plan.maxConnections) },
      { name: 'cloudsql.iam_authentication', value: 'on' },
      { name: 'log_min_duration_statement', value: '1000' },
    ],
    insightsConfig: {
      queryInsightsEnabled: true,
      recordApplicationTags: true,
      recordClientAddress: false,
    },
    maintenanceWindow: { day: MAINTENANCE.day, hour: MAINTENANCE.hour, updateTrack: 'stable' },
  };
}
