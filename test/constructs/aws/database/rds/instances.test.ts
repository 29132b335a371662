import { Match } from 'aws-cdk-lib/assertions';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Database } from '../../../../../constructs/aws';
import { build, buildDefaults, onEks, onRds } from '../../support';

describe('RdsInstances', () => {
  it('is PostgreSQL 16 with a standby, encrypted, backed up and kept', () => {
    const { template } = buildDefaults();
    template.hasResource('AWS::RDS::DBInstance', {
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: {
        Engine: 'postgres',
        EngineVersion: '16',
        DBInstanceClass: 'db.r6g.large',
        MultiAZ: true,
        StorageType: 'gp3',
        StorageEncrypted: true,
        KmsKeyId: Match.anyValue(),
        EnableIAMDatabaseAuthentication: true,
        DeletionProtection: true,
        BackupRetentionPeriod: 30,
        PreferredBackupWindow: '03:00-04:00',
        PreferredMaintenanceWindow: 'sun:04:30-sun:05:30',
        DeleteAutomatedBackups: false,
        CopyTagsToSnapshot: true,
        EnablePerformanceInsights: true,
        MonitoringInterval: 15,
        EnableCloudwatchLogsExports: ['postgresql'],
        CACertificateIdentifier: 'rds-ca-rsa2048-g1',
        AutoMinorVersionUpgrade: true,
        PubliclyAccessible: false,
      },
    });
  });

  it('spreads its replicas over other zones and never repeats their encryption', () => {
    const { template } = buildDefaults();
    const replicas = Object.values(template.findResources('AWS::RDS::DBInstance'))
      .map((instance) => instance['Properties'] as Record<string, unknown>)
      .filter((properties) => 'SourceDBInstanceIdentifier' in properties);
    expect(replicas.map((replica) => replica['AvailabilityZone'])).toEqual([
      { 'Fn::Select': [1, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] },
      { 'Fn::Select': [2, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] },
    ]);
    for (const replica of replicas) {
      expect(replica).not.toHaveProperty('StorageEncrypted');
      expect(replica['StorageType']).toBe('gp3');
    }
  });

  it('lets the disks of primary and replicas grow fourfold', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      AllocatedStorage: '100',
      MaxAllocatedStorage: 400,
    });
    template.allResourcesProperties('AWS::RDS::DBInstance', { MaxAllocatedStorage: 400 });
  });

  it('has RDS mend each instance on a day of its own', () => {
    const { template } = buildDefaults();
    const windows = Object.values(template.findResources('AWS::RDS::DBInstance')).map(
      (instance) => instance['Properties'].PreferredMaintenanceWindow as string,
    );
    expect(windows.sort()).toEqual([
      'mon:04:30-mon:05:30',
      'sun:04:30-sun:05:30',
      'tue:04:30-tue:05:30',
    ]);
  });

  it('accepts encrypted connections only, and as many as planned', () => {
    const { template } = build((props) => ({
      ...props,
      database: Database.rds({ maxConnections: 600 }),
    }));
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres16',
      Parameters: {
        'rds.force_ssl': '1',
        max_connections: '600',
        log_min_duration_statement: '1000',
        idle_in_transaction_session_timeout: '60000',
        tcp_keepalives_idle: '60',
        tcp_keepalives_interval: '10',
        tcp_keepalives_count: '3',
      },
    });
  });

  it('lets the replicas of the gateway in, on its port alone', () => {
    const { stack, gateway, template } = buildDefaults();
    const groupId = stack.resolve(gateway.database.connections.securityGroups[0]?.securityGroupId);
    const rules = Object.values(
      template.findResources('AWS::EC2::SecurityGroupIngress', {
        Properties: { GroupId: groupId },
      }),
    ).map((rule) => rule['Properties']);
    expect(rules).toEqual([
      expect.objectContaining({
        FromPort: 5432,
        ToPort: 5432,
        SourceSecurityGroupId: stack.resolve(onEks(gateway).resource.clusterSecurityGroupId),
      }),
    ]);
  });

  it('follows readReplicas and instanceType', () => {
    const { gateway, template } = build((props) => ({
      ...props,
      database: Database.rds({
        readReplicas: 1,
        instanceType: InstanceType.of(InstanceClass.R7G, InstanceSize.XLARGE),
      }),
    }));
    template.resourceCountIs('AWS::RDS::DBInstance', 2);
    template.allResourcesProperties('AWS::RDS::DBInstance', { DBInstanceClass: 'db.r7g.xlarge' });
    expect(onRds(gateway).replicas).toHaveLength(1);
    expect(gateway.database.reader.host).toBe(
      onRds(gateway).replicas[0]?.dbInstanceEndpointAddress,
    );
  });

  it('rejects more connections than it accepts', () => {
    expect(() =>
      build((props) => ({ ...props, database: Database.rds({ maxConnections: 150 }) })),
    ).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - database.maxConnections must be 215 or more (20 replicas × 10 connections + 15 reserved = 215 of 150), ' +
          'got 150; raise it, or lower autoscaling.maxReplicas or general_settings.database_connection_pool_limit',
      ),
    );
  });
});
