import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { DatabaseRole, Endpoint } from '../../../../lib';
import { acknowledge, acknowledgePort } from '../../foundation/acknowledge';
import { databaseHost, isReachedAcross, type RegionPlace } from '../../foundation/region-place';
import type { WatchedDatabase } from '../alarms';
import { Database, type DatabaseBlockProps } from '../database';
import { acknowledgeLogRetention } from '../logs';
import { createMonitoringRole } from '../monitoring';
import { createDatabaseConnections, createStorageKey } from '../settings';
import { createParameterGroup, sharedInstanceProps } from './settings';

export interface RdsReplicaProps extends DatabaseBlockProps {
  readonly place: RegionPlace;
  readonly role: Extract<DatabaseRole, { readonly kind: 'replica' }>;
}

/**
 * A copy of the PostgreSQL of another region, with a standby in another zone and backups of its own, so that it lacks
 * nothing once it is promoted. Its own address stays the same then.
 *
 * Costs: at the defaults two `db.r6g.large` (the copy and its standby) with 100 GiB of gp3 each, traffic between regions,
 * and backups.
 * Survives: the loss of the writer's region: what it has not received by then is lost. The lag is watched.
 * Does not survive: being promoted and following again; it is made anew then. It takes no writes until it is promoted.
 */
export class RdsReplica extends Database {
  readonly kind = 'rds-replica';
  readonly backupType = 'RDS';
  readonly arn: string;
  /**
   * Where replicas of this region write. Where all regions serve that is the writer's region, by the name of its database;
   * a standby waits for its own copy to be promoted, its spending on disk.
   */
  readonly writer: Endpoint;
  /** The copy itself: answers reads until it is promoted, and writes from then on. */
  readonly reader: Endpoint;
  readonly resource: rds.DatabaseInstanceReadReplica;
  readonly connections: ec2.Connections;
  readonly watched: WatchedDatabase;
  readonly parameterGroup: rds.ParameterGroup;
  /** A key of this region: that of the writer's region is of no use once that is gone. */
  readonly key: kms.Key;
  readonly monitoringRole: iam.Role;

  constructor(scope: Construct, id: string, props: RdsReplicaProps) {
    super(scope, id);
    const { plan, place, role } = props;
    this.connections = createDatabaseConnections(this, props);
    this.key = createStorageKey(this);
    this.parameterGroup = createParameterGroup(this, plan);
    this.monitoringRole = createMonitoringRole(this);
    this.resource = this.createReplica(props);
    this.arn = this.resource.instanceArn;
    this.reader = { host: this.resource.dbInstanceEndpointAddress, port: plan.port };
    this.writer = isReachedAcross(place)
      ? { host: databaseHost(place, role.writerRegion), port: plan.port }
      : this.reader;
    const { instanceIdentifier } = this.resource;
    this.watched = {
      instanceIds: [instanceIdentifier],
      events: { sourceType: 'db-instance', sourceIds: [instanceIdentifier] },
      replicaLag: { name: 'ReplicaLag', unitsPerSecond: 1 },
      sourceLag: {
        name: 'ReplicaLag',
        dimensions: { DBInstanceIdentifier: instanceIdentifier },
        unitsPerSecond: 1,
      },
      disks: 'own',
      pooler: null,
    };
  }

  private createReplica(props: RdsReplicaProps): rds.DatabaseInstanceReadReplica {
    const { plan, backup, network, place, role } = props;
    const replica = new rds.DatabaseInstanceReadReplica(this, 'Resource', {
      ...sharedInstanceProps(props, this),
      instanceIdentifier: place.names.database(place.region),
      sourceDatabaseInstance: rds.DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Source', {
        instanceIdentifier: place.names.database(role.writerRegion),
        instanceEndpointAddress: place.names.database(role.writerRegion),
        port: plan.port,
        securityGroups: [],
      }),
      vpcSubnets: network.dataSubnets,
      multiAz: plan.standbyInOtherZone,
      storageEncryptionKey: this.key,
      deletionProtection: plan.deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      backupRetention: Duration.days(backup.retentionDays),
      preferredBackupWindow: `${backup.windowStart}-${backup.windowEnd}`,
      deleteAutomatedBackups: false,
    });
    const resource = replica.node.defaultChild as rds.CfnDBInstance;
    // CDK makes the address of an imported source with this region's name, and says again that the copy of an encrypted
    // database is encrypted, which CloudFormation refuses.
    resource.sourceDbInstanceIdentifier = place.names.databaseArn(role.writerRegion);
    resource.storageEncrypted = undefined;
    acknowledgePort(replica, 'RDS11');
    acknowledgeLogRetention(this);
    acknowledge(replica, {
      findings: ['RDS2'],
      reason:
        'The storage of a copy is encrypted as its source is, here with the key that is named; CloudFormation refuses to ' +
        'be told again.',
    });
    return replica;
  }
}
