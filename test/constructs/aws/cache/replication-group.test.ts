import { Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Cache } from '../../../../constructs/aws';
import { ExistingCache } from '../../../../constructs/aws/cache/existing-cache';
import { build, buildDefaults, onElastiCache, testStack } from '../support';

describe('ReplicationGroup', () => {
  it('is Redis 7 with replicas, failover, encryption, and users instead of a token', () => {
    const { stack, gateway, template } = buildDefaults();
    template.hasResource('AWS::ElastiCache::ReplicationGroup', {
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: {
        Engine: 'redis',
        EngineVersion: '7.1',
        CacheNodeType: 'cache.m7g.large',
        ReplicasPerNodeGroup: 2,
        AutomaticFailoverEnabled: true,
        MultiAZEnabled: true,
        TransitEncryptionEnabled: true,
        TransitEncryptionMode: 'required',
        AtRestEncryptionEnabled: true,
        UserGroupIds: [stack.resolve(onElastiCache(gateway).users.resource.ref)],
        AuthToken: Match.absent(),
      },
    });
    expect(gateway.cache.environment).toMatchObject({
      REDIS_USERNAME: 'gateway',
      REDIS_SSL: 'true',
    });
  });

  it('takes a snapshot when the backup of the database is over, and is mended when that is', () => {
    buildDefaults().template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      SnapshotRetentionLimit: 1,
      SnapshotWindow: '04:00-05:00',
      PreferredMaintenanceWindow: 'sat:05:30-sat:06:30',
    });
  });

  it('logs slow commands and what the engine has to say, for three months', () => {
    const { template } = buildDefaults();
    const [group] = Object.values(template.findResources('AWS::ElastiCache::ReplicationGroup'));
    const deliveries = group?.['Properties'].LogDeliveryConfigurations;
    expect(deliveries).toMatchObject([
      { LogType: 'slow-log', LogFormat: 'json', DestinationType: 'cloudwatch-logs' },
      { LogType: 'engine-log', LogFormat: 'json', DestinationType: 'cloudwatch-logs' },
    ]);
    const kept = template.findResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Retain',
      Properties: { RetentionInDays: 90 },
    });
    for (const { DestinationDetails } of deliveries) {
      expect(Object.keys(kept)).toContain(DestinationDetails.CloudWatchLogsDetails.LogGroup.Ref);
    }
  });

  it('lets keys go that would expire anyway when it is full', () => {
    buildDefaults().template.hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
      CacheParameterGroupFamily: 'redis7',
      Properties: { 'maxmemory-policy': 'volatile-lru' },
    });
  });

  it('follows replicas, nodeType and engine, and gives an image that was brought more rights', () => {
    const { template } = build((props) => ({
      ...props,
      image: { reference: 'ghcr.io/berriai/litellm:main-stable' },
      cache: Cache.replicationGroup({
        replicas: 3,
        nodeType: 'cache.r7g.large',
        engine: 'valkey',
      }),
    }));
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      ReplicasPerNodeGroup: 3,
      CacheNodeType: 'cache.r7g.large',
      Engine: 'valkey',
      EngineVersion: '8.0',
    });
    template.hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
      CacheParameterGroupFamily: 'valkey8',
    });
    template.hasResourceProperties('AWS::ElastiCache::User', {
      UserName: 'gateway',
      AccessString: 'on ~* &* +@all -@dangerous +info',
    });
  });

  it('lets the replicas of the gateway in, on its port alone', () => {
    const { stack, gateway, template } = buildDefaults();
    const groupId = stack.resolve(gateway.cache.connections.securityGroups[0]?.securityGroupId);
    const rules = Object.values(
      template.findResources('AWS::EC2::SecurityGroupIngress', {
        Properties: { GroupId: groupId },
      }),
    ).map((rule) => rule['Properties']);
    expect(rules).toEqual([expect.objectContaining({ FromPort: 6379, ToPort: 6379 })]);
  });
});

describe('Cache.cluster', () => {
  it('spreads keys over shards, each with replicas, and tells replicas of the gateway so', () => {
    const { stack, gateway, template } = build((props) => ({
      ...props,
      cache: Cache.cluster({ shards: 4 }),
    }));
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      NumNodeGroups: 4,
      ReplicasPerNodeGroup: 2,
      AutomaticFailoverEnabled: true,
      KmsKeyId: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
      Properties: { 'cluster-enabled': 'yes', 'maxmemory-policy': 'volatile-lru' },
    });
    expect(stack.resolve(gateway.cache.primary.host)).toEqual({
      'Fn::GetAtt': [expect.any(String), 'ConfigurationEndPoint.Address'],
    });
    expect(gateway.cache.environment).toEqual({
      REDIS_CLUSTER_NODES: `[{"host":"${gateway.cache.primary.host}","port":"6379"}]`,
      REDIS_SSL: 'true',
      REDIS_USERNAME: 'gateway',
    });
    expect(gateway.monitoring.alertNames).toContain('CacheMemoryShard4');
    expect(gateway.cache.shards).toHaveLength(4);
  });
});

describe('Cache.existing', () => {
  it('is used as it is: no cache, no token and no alarm is made for it', () => {
    const { gateway, template } = build((props, scope) => ({
      ...props,
      cache: Cache.existing({
        host: 'redis.example.internal',
        token: new Secret(scope, 'Token'),
        securityGroups: [SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-1')],
      }),
    }));
    template.resourceCountIs('AWS::ElastiCache::ReplicationGroup', 0);
    expect(gateway.cache.environment).toEqual({
      REDIS_HOST: 'redis.example.internal',
      REDIS_PORT: '6379',
      REDIS_SSL: 'true',
    });
    expect(gateway.monitoring.alertNames.join()).not.toContain('Cache');
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-1',
      FromPort: 6379,
    });
  });

  it('is entered as the user that is named', () => {
    const scope = testStack();
    const cache = new ExistingCache(scope, 'Cache', {
      primary: { host: 'redis.example.internal', port: 6380 },
      userName: 'litellm',
      securityGroups: [],
    });
    expect(cache.environment).toEqual({
      REDIS_HOST: 'redis.example.internal',
      REDIS_PORT: '6380',
      REDIS_USERNAME: 'litellm',
      REDIS_SSL: 'true',
    });
  });
});
