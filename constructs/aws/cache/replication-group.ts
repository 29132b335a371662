import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { BackupPlan, CachePlan, Endpoint } from '../../../lib';
import { acknowledgePort } from '../foundation/acknowledge';
import type { RegionPlace } from '../foundation/region-place';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';
import { Cache, clusterEnvironment, singleEnvironment } from './cache';
import type { CacheEngine } from './choice';
import { CacheUsers, type ImageKind } from './users';
import { planCacheWindows } from './windows';

export interface ReplicationGroupProps {
  readonly plan: CachePlan;
  readonly backup: BackupPlan;
  readonly imageKind: ImageKind;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly nodeType: string;
  readonly engine: CacheEngine;
  /** Null: no cluster mode. */
  readonly shardCount: number | null;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

/** ElastiCache User Guide, "Supported engine versions": what each engine is asked for, and its family of parameters. */
const ENGINES = {
  redis: { version: '7.1', parameterFamily: 'redis7' },
  valkey: { version: '8.0', parameterFamily: 'valkey8' },
} as const satisfies Readonly<Record<CacheEngine, object>>;

/** Nothing here has to be taken back to an earlier day; a copy is for finding out what had been counted. */
const SNAPSHOT_DAYS = 1;
const LOG_DAYS = logs.RetentionDays.THREE_MONTHS;

/**
 * Redis on ElastiCache: a primary and replicas in other zones with automatic failover, once, or once for each shard. Whoever
 * enters is a user of its own with the rights it needs, over TLS.
 *
 * A group that had one token for all before it had users is replaced: CloudFormation makes the new one, rolls the replicas
 * over to it, and deletes the old one after a last snapshot. What was counted starts anew, from what replicas know.
 *
 * Costs: at the defaults three `cache.m7g.large`, in cluster mode for each shard, and the storage of two logs. The log of
 * slow commands holds no keys and values; ElastiCache leaves them out.
 * Survives: the loss of the primary or of its zone; its address follows. The newest writes may be lost: replication is
 * asynchronous, and nothing here cannot be rebuilt.
 * Does not survive: the loss of the region. Each has a cache of its own (`docs/decisions/0010-a-cache-for-each-region.md`).
 */
export class ReplicationGroup extends Cache {
  readonly kind: 'replication-group' | 'cluster';
  /** In cluster mode the address that tells where each shard is. */
  readonly primary: Endpoint;
  readonly resource: elasticache.CfnReplicationGroup;
  readonly users: CacheUsers;
  readonly connections: ec2.Connections;
  readonly shards: readonly (readonly string[])[];
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    super(scope, id);
    const { plan, network, secrets, imageKind, shardCount } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Cache of the gateway: its port, from whoever is let in by name',
      allowAllOutbound: false,
    });
    this.connections = new ec2.Connections({
      securityGroups: [securityGroup],
      defaultPort: ec2.Port.tcp(plan.port),
    });
    this.users = new CacheUsers(this, 'Users', { imageKind, password: secrets.cacheToken });
    this.resource = this.createReplicationGroup(props, securityGroup);
    const { userName } = this.users;
    if (shardCount === null) {
      this.kind = 'replication-group';
      this.primary = { host: this.resource.attrPrimaryEndPointAddress, port: plan.port };
      this.environment = singleEnvironment(this.primary, userName);
    } else {
      this.kind = 'cluster';
      this.primary = { host: this.resource.attrConfigurationEndPointAddress, port: plan.port };
      this.environment = clusterEnvironment(this.primary, userName);
    }
    this.shards = listShards(this.resource.ref, shardCount, plan.replicas + 1);
  }

  private createReplicationGroup(
    props: ReplicationGroupProps,
    securityGroup: ec2.SecurityGroup,
  ): elasticache.CfnReplicationGroup {
    const { plan, backup, network, nodeType, engine, shardCount, place } = props;
    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'SubnetGroup', {
      description: 'Subnets of the cache of the gateway',
      subnetIds: network.vpc.selectSubnets(network.dataSubnets).subnetIds,
    });
    const key = new kms.Key(this, 'Key', {
      description: 'Encrypts the cache of the gateway and its snapshots',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const windows = planCacheWindows(backup, place?.regions.indexOf(place.region) ?? 0);
    const group = new elasticache.CfnReplicationGroup(this, 'Resource', {
      replicationGroupDescription: 'Cache of the gateway',
      engine,
      engineVersion: ENGINES[engine].version,
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
      userGroupIds: [this.users.resource.ref],
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: SNAPSHOT_DAYS,
      snapshotWindow: windows.snapshot,
      preferredMaintenanceWindow: windows.maintenance,
      logDeliveryConfigurations: [
        this.createLog('SlowLog', 'slow-log'),
        this.createLog('EngineLog', 'engine-log'),
      ],
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: this.createParameterGroup(props).ref,
      securityGroupIds: [securityGroup.securityGroupId],
    });
    group.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    acknowledgePort(group, 'AEC5', 'AEC6');
    return group;
  }

  private createParameterGroup({
    engine,
    shardCount,
  }: ReplicationGroupProps): elasticache.CfnParameterGroup {
    return new elasticache.CfnParameterGroup(this, 'ParameterGroup', {
      cacheParameterGroupFamily: ENGINES[engine].parameterFamily,
      description: 'Parameters of the cache of the gateway',
      properties: {
        // Counters expire, cached responses too: under pressure the least used key that expires anyway goes first. Not
        // `noeviction`: then a full cache would refuse to count. Not `allkeys-lru`: it would do no better, since every key
        // that the gateway writes expires, and would take the keys of others who forgot to say so.
        'maxmemory-policy': 'volatile-lru',
        ...(shardCount === null ? {} : { 'cluster-enabled': 'yes' }),
      },
    });
  }

  private createLog(
    id: string,
    logType: 'slow-log' | 'engine-log',
  ): elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty {
    const group = new logs.LogGroup(this, id, {
      retention: LOG_DAYS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    return {
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: group.logGroupName } },
    };
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
