import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Endpoint } from '../../../../lib';
import { acknowledgePort } from '../../foundation/acknowledge';
import type { DatabaseLogin } from '../../secrets/secrets';
import type { WatchedDatabase } from '../alarms';
import { Database, type DatabaseBlockProps } from '../database';
import { grantReplicaLogin } from '../login';
import { acknowledgeLogRetention, DATABASE_LOG_RETENTION } from '../logs';
import { createMonitoringRole, MONITORING_INTERVAL } from '../monitoring';
import { createPooler, joinDoors, type Pooler } from '../pooler/pooler';
import {
  createDatabaseConnections,
  createStorageKey,
  databaseParameters,
  PARAMETER_GROUP_DESCRIPTION,
} from '../settings';
import { planMaintenanceWindow } from '../windows';
import { joinGlobalCluster } from './global';

/** Aurora names whole versions; later minor ones come by themselves. */
const ENGINE_VERSION = rds.AuroraPostgresEngineVersion.VER_16_11;
const ENGINE = rds.DatabaseClusterEngine.auroraPostgres({ version: ENGINE_VERSION });

/**
 * Aurora PostgreSQL: a writer and readers in zones of their own over one storage that is kept six times in three zones.
 *
 * Costs: at the defaults three `db.r6g.large`, storage and requests by use, and what the operating systems tell every 15 s in
 * CloudWatch's logs.
 * Survives: the loss of the writer or of its zone, without losing a write: a reader takes its place, most often within
 * half a minute.
 * Does not survive: the loss of the region, other than by restoring a backup, or as part of a database of several regions.
 */
export class AuroraCluster extends Database {
  readonly kind = 'aurora';
  readonly backupType = 'Aurora';
  readonly arn: string;
  readonly writer: Endpoint;
  /** Spreads over the readers. */
  readonly reader: Endpoint;
  readonly resource: rds.DatabaseCluster;
  readonly connections: ec2.Connections;
  /** Encrypts the storage, its backups and what Performance Insights keeps. */
  readonly key: kms.Key;
  readonly watched: WatchedDatabase;
  override readonly login: DatabaseLogin;
  override readonly pooler: Pooler | null;
  override readonly server: Endpoint | null;

  constructor(scope: Construct, id: string, props: DatabaseBlockProps) {
    super(scope, id);
    this.login = props.secrets.databaseLogin;
    const door = createDatabaseConnections(this, props);
    this.key = createStorageKey(this);
    this.resource = this.createCluster(props, door);
    this.arn = this.resource.clusterArn;
    acknowledgePort(this.resource, 'RDS11');
    acknowledgeLogRetention(this);
    const { place } = props;
    if (place !== null) joinGlobalCluster(this.resource, place, ENGINE_VERSION);
    const { port } = props.plan;
    const own: Endpoint = { host: this.resource.clusterEndpoint.hostname, port };
    this.pooler = createPooler(this, props, rds.ProxyTarget.fromCluster(this.resource));
    this.connections = joinDoors(door, this.pooler);
    this.server = this.pooler === null ? null : own;
    this.reader = this.pooler?.createReader() ?? {
      host: this.resource.clusterReadEndpoint.hostname,
      port,
    };
    // The own address of a cluster that follows another answers nothing until it is promoted. A standby waits for that,
    // its spending on disk; where all regions serve, readers send writes on to the writer's region.
    this.writer =
      place?.databaseRole.kind === 'replica' && place.pattern === 'active-active'
        ? this.reader
        : (this.pooler?.writer ?? own);
    this.watched = {
      instanceIds: this.resource.instanceIdentifiers,
      events: { sourceType: 'db-cluster', sourceIds: [this.resource.clusterIdentifier] },
      replicaLag: { name: 'AuroraReplicaLag', unitsPerSecond: 1000 },
      sourceLag:
        place?.databaseRole.kind === 'replica'
          ? {
              name: 'AuroraGlobalDBReplicationLag',
              dimensions: { DBClusterIdentifier: this.resource.clusterIdentifier },
              unitsPerSecond: 1000,
            }
          : null,
      disks: 'shared',
      pooler: this.pooler?.dimensions ?? null,
    };
  }

  override grantLogin(grantee: iam.IGrantable): void {
    if (this.login !== 'rds-iam') return;
    grantReplicaLogin(this, grantee, [this.resource.clusterResourceIdentifier]);
  }

  private createCluster(props: DatabaseBlockProps, door: ec2.Connections): rds.DatabaseCluster {
    const { plan, backup, network, secrets, place } = props;
    return new rds.DatabaseCluster(this, 'Resource', {
      engine: ENGINE,
      clusterIdentifier: place?.names.database(place.region),
      writer: this.describeInstance(props, 0),
      readers: Array.from({ length: plan.readReplicas }, (_, index) =>
        this.describeInstance(props, index + 1),
      ),
      vpc: network.vpc,
      vpcSubnets: network.dataSubnets,
      securityGroups: door.securityGroups,
      port: plan.port,
      defaultDatabaseName: plan.databaseName,
      credentials: rds.Credentials.fromSecret(secrets.databaseCredentials, plan.userName),
      parameterGroup: new rds.ParameterGroup(this, 'ParameterGroup', {
        engine: ENGINE,
        description: PARAMETER_GROUP_DESCRIPTION,
        parameters: databaseParameters(plan),
      }),
      storageEncrypted: plan.encrypted,
      storageEncryptionKey: this.key,
      iamAuthentication: true,
      deletionProtection: plan.deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      backup: {
        retention: Duration.days(backup.retentionDays),
        preferredWindow: `${backup.windowStart}-${backup.windowEnd}`,
      },
      preferredMaintenanceWindow: planMaintenanceWindow(backup, 0, place),
      monitoringInterval: MONITORING_INTERVAL,
      monitoringRole: createMonitoringRole(this),
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      cloudwatchLogsRetention: DATABASE_LOG_RETENTION,
    });
  }

  /** Writer and readers differ in their turn only; all can take the writer's place. */
  private describeInstance(
    { plan, backup, network, instanceType, place }: DatabaseBlockProps,
    index: number,
  ): rds.IClusterInstance {
    const { availabilityZones } = network;
    const common: rds.ProvisionedClusterInstanceProps = {
      instanceType,
      availabilityZone: availabilityZones[index % availabilityZones.length],
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      enablePerformanceInsights: true,
      performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
      performanceInsightEncryptionKey: this.key,
      preferredMaintenanceWindow: planMaintenanceWindow(backup, index, place),
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
    };
    if (index === 0) return rds.ClusterInstance.provisioned('Writer', common);
    return rds.ClusterInstance.provisioned(`Reader${index}`, {
      ...common,
      // The lower the tier, the sooner its turn: those in other zones than the writer's first.
      promotionTier: index < plan.zones ? 1 : 2,
    });
  }
}
