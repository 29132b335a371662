import { Match } from 'aws-cdk-lib/assertions';
import { Database } from '../../../../../constructs/aws';
import { build, type Built } from '../../support';

let shared: Built | null = null;
function buildOnce(): Built {
  shared ??= build((props) => ({ ...props, database: Database.aurora() }));
  return shared;
}

describe('AuroraCluster', () => {
  it('is PostgreSQL 16 with a key of its own, protected, backed up and kept', () => {
    const { template } = buildOnce();
    template.hasResource('AWS::RDS::DBCluster', {
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: {
        Engine: 'aurora-postgresql',
        EngineVersion: Match.stringLikeRegexp('^16\\.'),
        StorageEncrypted: true,
        KmsKeyId: Match.anyValue(),
        DeletionProtection: true,
        EnableIAMDatabaseAuthentication: true,
        BackupRetentionPeriod: 30,
        PreferredBackupWindow: '03:00-04:00',
        PreferredMaintenanceWindow: 'sun:04:30-sun:05:30',
        CopyTagsToSnapshot: true,
        EnableCloudwatchLogsExports: ['postgresql'],
      },
    });
    template.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
      Family: 'aurora-postgresql16',
      Parameters: Match.objectLike({
        'rds.force_ssl': '1',
        max_connections: '400',
        tcp_keepalives_idle: '60',
      }),
    });
  });

  it('has a writer and two readers, each in a zone of its own, that can take its place', () => {
    const { template } = buildOnce();
    const instances = Object.values(template.findResources('AWS::RDS::DBInstance')).map(
      (instance) => instance['Properties'] as Record<string, unknown>,
    );
    expect(instances).toHaveLength(3);
    expect(
      new Set(instances.map((instance) => JSON.stringify(instance['AvailabilityZone']))).size,
    ).toBe(3);
    for (const instance of instances) {
      expect(instance).toMatchObject({
        DBInstanceClass: 'db.r6g.large',
        EnablePerformanceInsights: true,
        PubliclyAccessible: false,
      });
    }
    expect(instances.map((instance) => instance['PromotionTier'])).toEqual([0, 1, 1]);
    expect(instances.map((instance) => instance['PreferredMaintenanceWindow'])).toEqual([
      'sun:04:30-sun:05:30',
      'mon:04:30-mon:05:30',
      'tue:04:30-tue:05:30',
    ]);
  });

  it('gives replicas the address that follows the writer, and one that spreads over readers', () => {
    const { stack, gateway } = buildOnce();
    expect(stack.resolve(gateway.database.writer.host)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^GatewayRegionDatabase/), 'Endpoint.Address'],
    });
    expect(stack.resolve(gateway.database.reader.host)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^GatewayRegionDatabase/), 'ReadEndpoint.Address'],
    });
  });

  it('is watched in milliseconds, and has no disks to fill', () => {
    const { gateway, template } = buildOnce();
    expect(gateway.monitoring.alertNames.join()).not.toContain('Storage');
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 30_000,
      Metrics: Match.arrayWith([
        Match.objectLike({ MetricStat: { Metric: { MetricName: 'AuroraReplicaLag' } } }),
      ]),
    });
  });

  it('follows readReplicas', () => {
    const { template } = build((props) => ({
      ...props,
      database: Database.aurora({ readReplicas: 1 }),
    }));
    template.resourceCountIs('AWS::RDS::DBInstance', 2);
  });
});
