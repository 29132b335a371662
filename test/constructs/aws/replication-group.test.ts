import { Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Cache } from '../../../constructs/aws';
import { build, buildDefaults } from './support';

describe('ReplicationGroup', () => {
  it('is Redis 7 with replicas, failover, encryption and a token that no template shows', () => {
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
        SnapshotRetentionLimit: 1,
        AuthToken: {
          'Fn::Join': [
            '',
            [
              '{{resolve:secretsmanager:',
              stack.resolve(gateway.secrets.cacheToken.secretArn),
              ':SecretString:::}}',
            ],
          ],
        },
      },
    });
  });

  it('follows replicas and nodeType', () => {
    const { template } = build((props) => ({
      ...props,
      cache: Cache.replicationGroup({ replicas: 3, nodeType: 'cache.r7g.large' }),
    }));
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      ReplicasPerNodeGroup: 3,
      CacheNodeType: 'cache.r7g.large',
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
});
