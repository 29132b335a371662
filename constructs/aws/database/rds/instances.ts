import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Endpoint } from '../../../../lib';
import { acknowledge, acknowledgePort } from '../../foundation/acknowledge';
import type { DatabaseLogin } from '../../secrets/secrets';
import type { WatchedDatabase } from '../alarms';
import { Database, type DatabaseBlockProps } from '../database';
import { grantReplicaLogin } from '../login';
import { acknowledgeLogRetention } from '../logs';
import { createMonitoringRole } from '../monitoring';
import { createPooler, joinDoors, type Pooler } from '../pooler/pooler';
import { createDatabaseConnections, createStorageKey } from '../settings';
import { planMaintenanceWindow } from '../windows';
import { exchangeRows } from './logical-parameters';
import { createParameterGroup, selectEngine, sharedInstanceProps } from './settings';

/**
 * PostgreSQL on RDS: a primary with a synchronous standby in another zone, and replicas for reading.
 *
 * Costs: at the defaults four `db.r6g.large` (primary, standby, two replicas) with 100 GiB of gp3 each, backups, and what the
 * operating systems tell every 15 s in CloudWatch's logs.
 * Survives: the loss of the primary or of its zone, without losing a write; the writer's address follows.
 * Does not survive: the loss of the region, other than by restoring a backup. Replicas lag behind and take no writes.
 */
export class RdsInstances extends Database {
  readonly kind = 'rds';
  readonly backupType = 'RDS';
  readonly arn: string;
  readonly writer: Endpoint;
  /** The first replica: RDS has no address that spreads over replicas. All of them are in `replicas`. */
  readonly reader: Endpoint;
  /** The primary. */
  readonly resource: rds.DatabaseInstance;
  readonly replicas: readonly rds.DatabaseInstanceReadReplica[];
  readonly connections: ec2.Connections;
  readonly watched: WatchedDatabase;
  override readonly login: DatabaseLogin;

  /** Encrypts the storage, its backups and what Performance Insights keeps. */
  readonly key: kms.Key;

  readonly parameterGroup: rds.ParameterGroup;
  readonly monitoringRole: iam.Role;
  override readonly pooler: Pooler | null;
  override readonly server: Endpoint | null;

  private readonly common: ReturnType<typeof sharedInstanceProps>;

  constructor(scope: Construct, id: string, props: DatabaseBlockProps) {
    super(scope, id);
    const { plan, place } = props;
    this.login = props.secrets.databaseLogin;
    const door = createDatabaseConnections(this, props);
    this.key = createStorageKey(this);
    this.parameterGroup = createParameterGroup(this, plan);
    if (place?.databaseRole.kind === 'peer') {
      exchangeRows(this, { ...this, plan, place, connections: door });
    }
    this.monitoringRole = createMonitoringRole(this);
    this.common = sharedInstanceProps(props, {
      connections: door,
      parameterGroup: this.parameterGroup,
      key: this.key,
      monitoringRole: this.monitoringRole,
    });
    this.resource = this.createPrimary(props);
    this.arn = this.resource.instanceArn;
    this.replicas = Array.from({ length: plan.readReplicas }, (_, index) =>
      this.createReplica(props, index),
    );
    const own: Endpoint = { host: this.resource.dbInstanceEndpointAddress, port: plan.port };
    this.pooler = createPooler(this, props, rds.ProxyTarget.fromInstance(this.resource));
    this.connections = joinDoors(door, this.pooler);
    this.writer = this.pooler?.writer ?? own;
    this.server = this.pooler === null ? null : own;
    this.reader = {
      host: (this.replicas[0] ?? this.resource).dbInstanceEndpointAddress,
      port: plan.port,
    };
    this.watched = {
      instanceIds: [this.resource, ...this.replicas].map((each) => each.instanceIdentifier),
      events: { sourceType: 'db-instance', sourceIds: [this.resource.instanceIdentifier] },
      replicaLag: { name: 'ReplicaLag', unitsPerSecond: 1 },
      sourceLag: null,
      disks: 'own',
      pooler: this.pooler?.dimensions ?? null,
    };
  }

  override grantLogin(grantee: iam.IGrantable): void {
    if (this.login !== 'rds-iam') return;
    const instances = [this.resource, ...this.replicas];
    grantReplicaLogin(this, grantee, instances.map(readResourceId));
  }

  private createPrimary(props: DatabaseBlockProps): rds.DatabaseInstance {
    const { plan, backup, network, secrets, place } = props;
    const primary = new rds.DatabaseInstance(this, 'Resource', {
      ...this.common,
      instanceIdentifier: place?.names.database(place.region),
      engine: selectEngine(plan),
      databaseName: plan.databaseName,
      credentials: rds.Credentials.fromSecret(secrets.databaseCredentials, plan.userName),
      vpcSubnets: network.dataSubnets,
      multiAz: plan.standbyInOtherZone,
      allocatedStorage: plan.storageGib,
      storageEncrypted: plan.encrypted,
      storageEncryptionKey: this.key,
      deletionProtection: plan.deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      backupRetention: Duration.days(backup.retentionDays),
      preferredBackupWindow: `${backup.windowStart}-${backup.windowEnd}`,
      deleteAutomatedBackups: false,
    });
    acknowledgePort(primary, 'RDS11');
    acknowledgeLogRetention(this);
    return primary;
  }

  private createReplica(props: DatabaseBlockProps, index: number): rds.DatabaseInstanceReadReplica {
    const { network, backup, place } = props;
    const { availabilityZones } = network;
    const replica = new rds.DatabaseInstanceReadReplica(this, `Replica${index + 1}`, {
      ...this.common,
      sourceDatabaseInstance: this.resource,
      vpcSubnets: network.dataSubnets,
      preferredMaintenanceWindow: planMaintenanceWindow(backup, index + 1, place),
      // RDS chooses the primary's zone and moves it at each failover; replicas spread over all but the first zone first.
      availabilityZone: availabilityZones[(index + 1) % availabilityZones.length],
      removalPolicy: RemovalPolicy.DESTROY,
      deletionProtection: false,
    });
    acknowledgePort(replica, 'RDS11');
    acknowledge(replica, {
      findings: ['RDS2', 'RDS3', 'RDS10'],
      reason:
        'A replica is itself the copy in another zone and holds nothing of its own. Its storage is encrypted as its ' +
        'source is, which CloudFormation refuses to be told again; protected against deletion, it would keep ' +
        'readReplicas from being lowered.',
    });
    return replica;
  }
}

/** CDK takes the ARN of a replica for its id, unless a flag of the app says otherwise. */
function readResourceId({ node }: rds.DatabaseInstance | rds.DatabaseInstanceReadReplica): string {
  return (node.defaultChild as rds.CfnDBInstance).attrDbiResourceId;
}
