import { Cache } from '../../../constructs/aws';
import { build, buildDefaults } from './support';

describe('Cache', () => {
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
