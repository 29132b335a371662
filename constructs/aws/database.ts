import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { BackupPlan, DatabaseOutputs, DatabasePlan, DatabaseProps, Endpoint } from '../../lib';
import { acknowledge } from './acknowledge';
import type { Network } from './network';
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

export interface DatabaseBlockProps {
  readonly plan: DatabasePlan;
  readonly backup: BackupPlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly instanceType: ec2.InstanceType;
}

type SharedProps = Omit<rds.DatabaseInstanceReadReplicaProps, 'sourceDatabaseInstance'>;

/** A full disk stops all writes; storage grows by itself up to this multiple. */
const STORAGE_GROWTH = 4;

/**
 * PostgreSQL on RDS: a primary with a synchronous standby in another zone, and replicas for reading.
 *
 * Costs: at the defaults four `db.r6g.large` (primary, standby, two replicas) with 100 GiB of gp3 each, and backups.
 * Survives: the loss of the primary or of its zone, without losing a write; the writer's address follows.
 * Does not survive: the loss of the region, other than by restoring a backup. Replicas lag behind and take no writes.
 */
export class Database extends Construct implements DatabaseOutputs {
  /** PostgreSQL on RDS. */
  static rds(options: RdsOptions = {}): RdsDatabase {
    return { kind: 'rds', ...options };
  }

  readonly writer: Endpoint;
  /** The first replica: RDS has no address that spreads over replicas. All of them are in `replicas`. */
  readonly reader: Endpoint;
  /** The primary. */
  readonly resource: rds.DatabaseInstance;
  readonly replicas: readonly rds.DatabaseInstanceReadReplica[];
  readonly connections: ec2.Connections;

  private readonly securityGroup: ec2.SecurityGroup;
  private readonly parameterGroup: rds.ParameterGroup;

  constructor(scope: Construct, id: string, props: DatabaseBlockProps) {
    super(scope, id);
    const { plan } = props;
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Database of the gateway: its port, from whoever is let in by name',
      allowAllOutbound: false,
    });
    this.connections = new ec2.Connections({
      securityGroups: [this.securityGroup],
      defaultPort: ec2.Port.tcp(plan.port),
    });
    this.parameterGroup = this.createParameterGroup(plan);
    this.resource = this.createPrimary(props);
    this.replicas = Array.from({ length: plan.readReplicas }, (_, index) =>
      this.createReplica(props, index),
    );
    this.writer = { host: this.resource.dbInstanceEndpointAddress, port: plan.port };
    this.reader = {
      host: (this.replicas[0] ?? this.resource).dbInstanceEndpointAddress,
      port: plan.port,
    };
  }

  private createParameterGroup(plan: DatabasePlan): rds.ParameterGroup {
    return new rds.ParameterGroup(this, 'ParameterGroup', {
      engine: engine(plan),
      description:
        'Encrypted connections only, the planned number of them, and none that is forgotten',
      parameters: {
        'rds.force_ssl': '1',
        max_connections: String(plan.maxConnections),
        // Both in milliseconds.
        log_min_duration_statement: '1000',
        idle_in_transaction_session_timeout: '60000',
      },
    });
  }

  private createPrimary(props: DatabaseBlockProps): rds.DatabaseInstance {
    const { plan, backup, network, secrets } = props;
    const primary = new rds.DatabaseInstance(this, 'Resource', {
      ...this.shared(props),
      engine: engine(plan),
      databaseName: plan.databaseName,
      credentials: rds.Credentials.fromSecret(secrets.databaseCredentials, plan.userName),
      vpcSubnets: network.dataSubnets,
      multiAz: plan.standbyInOtherZone,
      allocatedStorage: plan.storageGib,
      maxAllocatedStorage: plan.storageGib * STORAGE_GROWTH,
      storageEncrypted: plan.encrypted,
      deletionProtection: plan.deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      backupRetention: Duration.days(backup.retentionDays),
      preferredBackupWindow: `${backup.windowStart}-${backup.windowEnd}`,
      deleteAutomatedBackups: false,
    });
    acknowledgePort(primary, plan.port);
    return primary;
  }

  private createReplica(props: DatabaseBlockProps, index: number): rds.DatabaseInstanceReadReplica {
    const { availabilityZones } = props.network;
    const replica = new rds.DatabaseInstanceReadReplica(this, `Replica${index + 1}`, {
      ...this.shared(props),
      sourceDatabaseInstance: this.resource,
      vpcSubnets: props.network.dataSubnets,
      // RDS chooses the primary's zone and moves it at each failover; replicas spread over all but the first zone first.
      availabilityZone: availabilityZones[(index + 1) % availabilityZones.length],
      removalPolicy: RemovalPolicy.DESTROY,
      deletionProtection: false,
    });
    acknowledgePort(replica, props.plan.port);
    acknowledge(replica, {
      findings: ['RDS2', 'RDS3', 'RDS10'],
      reason:
        'A replica is itself the copy in another zone and holds nothing of its own. Its storage is encrypted as its ' +
        'source is, which CloudFormation refuses to be told again; protected against deletion, it would keep ' +
        'readReplicas from being lowered.',
    });
    return replica;
  }

  /** What primary and replicas have in common, so that a replica can take the primary's place. */
  private shared({ plan, network, instanceType }: DatabaseBlockProps): SharedProps {
    return {
      vpc: network.vpc,
      instanceType,
      port: plan.port,
      securityGroups: [this.securityGroup],
      parameterGroup: this.parameterGroup,
      storageType: rds.StorageType.GP3,
      publiclyAccessible: false,
      iamAuthentication: true,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      enablePerformanceInsights: true,
      performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
      cloudwatchLogsExports: ['postgresql'],
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
    };
  }
}

function engine(plan: DatabasePlan): rds.IInstanceEngine {
  const major = String(plan.majorVersion);
  // The major version alone: AWS picks its newest minor version, and upgrades to later ones by itself.
  return rds.DatabaseInstanceEngine.postgres({
    version: rds.PostgresEngineVersion.of(major, major),
  });
}

function acknowledgePort(scope: Construct, port: number): void {
  acknowledge(scope, {
    findings: ['RDS11'],
    reason:
      `Port ${port} is what every target and tool expects. It hides nothing: subnets without a route, a security ` +
      'group that names its clients, and TLS with a password guard it.',
  });
}
