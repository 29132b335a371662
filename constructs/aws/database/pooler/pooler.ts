import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { DatabasePlan, Endpoint } from '../../../../lib';
import type { Network } from '../../network/network';
import type { Secrets } from '../../secrets/secrets';
import type { PoolerDimensions } from './alarms';

/** RDS Proxy between the replicas of the gateway and the database. */
export interface RdsProxyOptions {
  /**
   * How many of the connections that each server accepts the proxy may open; it keeps other clients waiting meanwhile.
   * Lower it for clients of yours that go past the proxy.
   *
   * Unit: percent of `maxConnections`, 1–100; fifteen connections must be left.
   *
   * @default 90
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html
   */
  readonly maxConnectionsPercent?: number;

  /**
   * How long a statement waits for a connection while all are lent. Raise it only for clients that wait longer than the
   * gateway does.
   *
   * Unit: seconds, 1–300.
   *
   * @default 10
   */
  readonly borrowTimeoutSeconds?: number;

  /**
   * After how long without a statement the proxy closes a client's connection. The gateway closes its own after half a
   * minute; what is left is of clients that vanished.
   *
   * Unit: seconds, 60–28800.
   *
   * @default 600
   * @see guide, "Connection Pooling"
   */
  readonly idleClientSeconds?: number;
}

export interface RdsProxyChoice extends RdsProxyOptions {
  readonly kind: 'rds-proxy';
}

/** What a proxy is set to, complete. */
export type PoolerSettings = Required<RdsProxyChoice>;

export interface PoolerProps {
  readonly settings: PoolerSettings;
  readonly plan: DatabasePlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly server: rds.ProxyTarget;
}

/** Named by the proxy, so it must be there before it: RDS would make it without an end to what it keeps. */
const LOG_FOLDER = '/aws/rds/proxy';
/** The only one that a proxy has. */
const TARGET_GROUP = 'default';

/**
 * RDS Proxy: many clients share few connections, and stay connected while another server takes the primary's place.
 *
 * Costs: by the hour for each virtual processor of the instances behind it, for two at least.
 * Survives: the loss of a zone. A failover of the database: it finds the new primary without asking DNS, and has statements
 * wait meanwhile.
 * Does not survive: state of a session. A client that prepares statements by name, sets a variable or takes a lock for a
 * session keeps its connection to the server until it goes, which an alarm tells. The gateway does nothing of the kind once it
 * is told of the server behind the proxy, to which it goes itself to change the schema.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
 */
export class Pooler extends Construct {
  /** RDS Proxy. */
  static rdsProxy(options: RdsProxyOptions = {}): RdsProxyChoice {
    return { kind: 'rds-proxy', ...options };
  }

  /** The main resource: the proxy. */
  readonly resource: rds.DatabaseProxy;
  /** Leads to the primary. */
  readonly writer: Endpoint;
  readonly connections: ec2.Connections;
  /** What its metrics are looked up by. */
  readonly dimensions: PoolerDimensions;

  private readonly props: PoolerProps;

  constructor(scope: Construct, id: string, props: PoolerProps) {
    super(scope, id);
    this.props = props;
    const { port } = props.plan;
    this.connections = new ec2.Connections({
      securityGroups: [this.createSecurityGroup()],
      defaultPort: ec2.Port.tcp(port),
    });
    this.resource = this.createProxy();
    this.writer = { host: this.resource.endpoint, port };
    const proxy = { ProxyName: this.resource.dbProxyName };
    this.dimensions = {
      proxy,
      primary: { ...proxy, TargetGroup: TARGET_GROUP, TargetRole: 'READ_WRITE' },
    };
  }

  /** An address that spreads over the readers of a cluster. Proxies of single instances have none. */
  createReader(): Endpoint {
    const { network, plan } = this.props;
    const endpoint = this.resource.addEndpoint('Reader', {
      vpc: network.vpc,
      vpcSubnets: network.dataSubnets,
      securityGroups: this.connections.securityGroups,
      targetRole: rds.ProxyEndpointTargetRole.READ_ONLY,
    });
    return { host: endpoint.endpoint, port: plan.port };
  }

  private createProxy(): rds.DatabaseProxy {
    const { settings, network, secrets, server } = this.props;
    // Unique in the account; a name that AWS made up could not be given to the log group beforehand.
    const name = Names.uniqueResourceName(this, { maxLength: 60 });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `${LOG_FOLDER}/${name}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      // Kept, its name would stand in the way of the next proxy.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.createRole();
    const proxy = new rds.DatabaseProxy(this, 'Resource', {
      dbProxyName: name,
      proxyTarget: server,
      secrets: [secrets.databaseCredentials],
      role,
      vpc: network.vpc,
      vpcSubnets: network.dataSubnets,
      securityGroups: this.connections.securityGroups,
      requireTLS: true,
      clientPasswordAuthType: rds.ClientPasswordAuthType.POSTGRES_SCRAM_SHA_256,
      maxConnectionsPercent: settings.maxConnectionsPercent,
      borrowTimeout: Duration.seconds(settings.borrowTimeoutSeconds),
      idleClientTimeout: Duration.seconds(settings.idleClientSeconds),
      // It would write statements with their values into the log.
      debugLogging: false,
    });
    proxy.node.addDependency(logGroup, role);
    return proxy;
  }

  /** Out to the server alone; CDK adds that rule, and the server's, when the proxy is given its target. */
  private createSecurityGroup(): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: this.props.network.vpc,
      description: 'Proxy of the database: in from whoever is let in by name, out to the database',
      allowAllOutbound: false,
    });
  }

  private createRole(): iam.Role {
    return new iam.Role(this, 'Role', {
      description: 'Proxy of the database: reads the password that it logs in with',
      assumedBy: new iam.ServicePrincipal('rds.amazonaws.com'),
    });
  }
}

/** Null: none was asked for. */
export function createPooler(
  scope: Construct,
  props: Omit<PoolerProps, 'settings' | 'server'> & { readonly pooler: PoolerSettings | null },
  server: rds.ProxyTarget,
): Pooler | null {
  const { pooler, plan, network, secrets } = props;
  if (pooler === null) return null;
  return new Pooler(scope, 'Pooler', { settings: pooler, plan, network, secrets, server });
}

/** Replicas go through the pooler, and past it with what changes the schema: both doors are theirs. */
export function joinDoors(server: ec2.Connections, pooler: Pooler | null): ec2.Connections {
  if (pooler === null) return server;
  return new ec2.Connections({
    securityGroups: [...server.securityGroups, ...pooler.connections.securityGroups],
    defaultPort: server.defaultPort,
  });
}
