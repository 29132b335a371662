import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { CachePlan, Endpoint } from '../../lib';
import { acknowledgePort } from './acknowledge';
import { Cache, clusterEnvironment, singleEnvironment } from './cache';
import type { Network } from './network';
import type { Secrets } from './secrets';

export interface ReplicationGroupProps {
  readonly plan: CachePlan;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly nodeType: string;
  /** Null: no cluster mode. */
  readonly shardCount: number | null;
}

const ENGINE_VERSION = '7.1';
const PARAMETER_FAMILY = 'redis7';
const SNAPSHOT_DAYS = 1;

/**
 * Redis on ElastiCache: a primary and replicas in other zones with automatic failover, once, or once for each shard.
 *
 * Costs: at the defaults three `cache.m7g.large`, in cluster mode for each shard.
 * Survives: the loss of the primary or of its zone; its address follows. The newest writes may be lost: replication is
 * asynchronous, and nothing here cannot be rebuilt.
 * Does not survive: the loss of the region; the gateway then counts by itself.
 */
export class ReplicationGroup extends Cache {
  readonly kind: 'replication-group' | 'cluster';
  /** In cluster mode the address that tells where each shard is. */
  readonly primary: Endpoint;
  readonly resource: elasticache.CfnReplicationGroup;
  readonly connections: ec2.Connections;
  readonly shards: readonly (readonly string[])[];
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    super(scope, id);
    const { plan, network, shardCount } = props;
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
    if (shardCount === null) {
      this.kind = 'replication-group';
      this.primary = { host: this.resource.attrPrimaryEndPointAddress, port: plan.port };
      this.environment = singleEnvironment(this.primary);
    } else {
      this.kind = 'cluster';
      this.primary = { host: this.resource.attrConfigurationEndPointAddress, port: plan.port };
      this.environment = clusterEnvironment(this.primary);
    }
    this.shards = listShards(this.resource.ref, shardCount, plan.replicas + 1);
  }

  private createReplicationGroup(
    { plan, network, secrets, nodeType, shardCount }: ReplicationGroupProps,
    securityGroup: ec2.SecurityGroup,
  ): elasticache.CfnReplicationGroup {
    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'SubnetGroup', {
      description: 'Subnets of the cache of the gateway',
      subnetIds: network.vpc.selectSubnets(network.dataSubnets).subnetIds,
    });
    const parameterGroup = new elasticache.CfnParameterGroup(this, 'ParameterGroup', {
      cacheParameterGroupFamily: PARAMETER_FAMILY,
      description: 'Parameters of the cache of the gateway',
      properties: {
        // Counters expire, cached responses too: under pressure the least used key that expires anyway goes first.
        'maxmemory-policy': 'volatile-lru',
        ...(shardCount === null ? {} : { 'cluster-enabled': 'yes' }),
      },
    });
    const key = new kms.Key(this, 'Key', {
      description: 'Encrypts the cache of the gateway and its snapshots',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const group = new elasticache.CfnReplicationGroup(this, 'Resource', {
      replicationGroupDescription: 'Cache of the gateway',
      engine: 'redis',
      engineVersion: ENGINE_VERSION,
      cacheNodeType: nodeType,
      port: plan.port,
      numNodeGroups: shardCount ?? 1,
      replicasPerNodeGroup: plan.replicas,
      automaticFailoverEnabled: plan.automaticFailover,
      multiAzEnabled: true,
      transitEncryptionEnabled: plan.encrypted,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: plan.encrypted,
      kmsKeyId: key.keyArn,
      // A reference that CloudFormation resolves: the value is in no template.
      authToken: secrets.cacheToken.secretValue.unsafeUnwrap(),
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: SNAPSHOT_DAYS,
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: parameterGroup.ref,
      securityGroupIds: [securityGroup.securityGroupId],
    });
    group.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    acknowledgePort(group, 'AEC5');
    return group;
  }
}

/** ElastiCache calls nodes `group-001`, and `group-0001-001` in cluster mode. */
function listShards(
  groupId: string,
  shardCount: number | null,
  nodes: number,
): readonly (readonly string[])[] {
  const pad = (number: number, digits: number): string => String(number).padStart(digits, '0');
  const prefixes =
    shardCount === null
      ? [groupId]
      : Array.from({ length: shardCount }, (_, index) => `${groupId}-${pad(index + 1, 4)}`);
  return prefixes.map((prefix) =>
    Array.from({ length: nodes }, (_, index) => `${prefix}-${pad(index + 1, 3)}`),
  );
}
