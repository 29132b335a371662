import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { CacheOutputs, CachePlan, CacheProps, Endpoint } from '../../lib';
import { acknowledge } from './acknowledge';
import type { Network } from './network';
import type { Secrets } from './secrets';

/** An ElastiCache replication group, created for the gateway. */
export interface ReplicationGroupOptions extends CacheProps {
  /**
   * Class of the primary and of each replica. Counters and cooldowns are small; a shared response cache is not.
   *
   * @default 'cache.m7g.large'
   */
  readonly nodeType?: string;
}

export interface ReplicationGroupCache extends ReplicationGroupOptions {
  readonly kind: 'replication-group';
}

export interface CacheBlockProps {
  readonly plan: CachePlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly nodeType: string;
}

const ENGINE_VERSION = '7.1';
const PARAMETER_FAMILY = 'redis7';
const SNAPSHOT_DAYS = 1;

/**
 * Redis on ElastiCache: a primary and replicas in other zones, with automatic failover.
 *
 * Costs: at the defaults three `cache.m7g.large`.
 * Survives: the loss of the primary or of its zone; its address follows. The newest writes may be lost: replication is
 * asynchronous, and nothing here cannot be rebuilt.
 * Does not survive: the loss of the region; the gateway then counts by itself.
 */
export class Cache extends Construct implements CacheOutputs {
  /** A primary and its replicas, without sharding. */
  static replicationGroup(options: ReplicationGroupOptions = {}): ReplicationGroupCache {
    return { kind: 'replication-group', ...options };
  }

  readonly primary: Endpoint;
  readonly resource: elasticache.CfnReplicationGroup;
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: CacheBlockProps) {
    super(scope, id);
    const { plan, network } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Cache of the gateway: its port, from whoever is let in by name',
      allowAllOutbound: false,
    });
    this.connections = new ec2.Connections({
      securityGroups: [securityGroup],
      defaultPort: ec2.Port.tcp(plan.port),
    });
    this.resource = this.createReplicationGroup(props, securityGroup);
    this.primary = { host: this.resource.attrPrimaryEndPointAddress, port: plan.port };
  }

  private createReplicationGroup(
    { plan, network, secrets, nodeType }: CacheBlockProps,
    securityGroup: ec2.SecurityGroup,
  ): elasticache.CfnReplicationGroup {
    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'SubnetGroup', {
      description: 'Subnets of the cache of the gateway',
      subnetIds: network.vpc.selectSubnets(network.dataSubnets).subnetIds,
    });
    const parameterGroup = new elasticache.CfnParameterGroup(this, 'ParameterGroup', {
      cacheParameterGroupFamily: PARAMETER_FAMILY,
      description: 'Parameters of the cache of the gateway',
      // Counters expire, cached responses too: under pressure the least used key that expires anyway goes first.
      properties: { 'maxmemory-policy': 'volatile-lru' },
    });
    const group = new elasticache.CfnReplicationGroup(this, 'Resource', {
      replicationGroupDescription: 'Cache of the gateway',
      engine: 'redis',
      engineVersion: ENGINE_VERSION,
      cacheNodeType: nodeType,
      port: plan.port,
      numNodeGroups: 1,
      replicasPerNodeGroup: plan.replicas,
      automaticFailoverEnabled: plan.automaticFailover,
      multiAzEnabled: true,
      transitEncryptionEnabled: plan.encrypted,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: plan.encrypted,
      // A reference that CloudFormation resolves: the value is in no template.
      authToken: secrets.cacheToken.secretValue.unsafeUnwrap(),
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: SNAPSHOT_DAYS,
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: parameterGroup.ref,
      securityGroupIds: [securityGroup.securityGroupId],
    });
    group.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    acknowledge(group, {
      findings: ['AEC5'],
      reason:
        `Port ${plan.port} is what every target and client expects. It hides nothing: subnets without a route, a ` +
        'security group that names its clients, and TLS with a token guard it.',
    });
    return group;
  }
}
