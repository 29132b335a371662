import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Compute, Database, Pooler } from '../../../../../constructs/aws';
import { build, type Built, gatewayFolder, shortStreams } from '../../support';

const built: Partial<Record<'rds' | 'aurora', Built>> = {};

/** On EKS, with the proxy's defaults. */
function onRds(): Built {
  built.rds ??= build((props) => ({
    ...props,
    database: Database.rds({ pooler: Pooler.rdsProxy() }),
  }));
  return built.rds;
}

/** On Fargate, with more replicas than the server has connections for. */
function onAurora(): Built {
  built.aurora ??= build((props) => ({
    ...props,
    ...shortStreams(),
    compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    autoscaling: { maxReplicas: 100 },
    database: Database.aurora({
      pooler: Pooler.rdsProxy({
        maxConnectionsPercent: 75,
        borrowTimeoutSeconds: 20,
        idleClientSeconds: 300,
      }),
    }),
  }));
  return built.aurora;
}

interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>;
}

function only(template: Template, type: string): readonly [string, Resource] {
  const found = Object.entries(template.findResources(type)) as [string, Resource][];
  expect(found).toHaveLength(1);
  return found[0] as readonly [string, Resource];
}

function secretOf(template: Template, part: string): string {
  const found = Object.entries(template.findResources('AWS::SecretsManager::Secret')).find(([id]) =>
    id.includes(part),
  );
  return JSON.stringify(found?.[1]['Properties']);
}

describe('Pooler', () => {
  it('takes encrypted connections with the password of the secret, in the subnets of the data tier', () => {
    const { stack, gateway, template } = onRds();
    template.hasResourceProperties('AWS::RDS::DBProxy', {
      EngineFamily: 'POSTGRESQL',
      RequireTLS: true,
      DebugLogging: false,
      IdleClientTimeout: 600,
      Auth: [
        {
          AuthScheme: 'SECRETS',
          ClientPasswordAuthType: 'POSTGRES_SCRAM_SHA_256',
          IAMAuth: 'DISABLED',
          SecretArn: stack.resolve(gateway.secrets.databaseCredentials.secretArn),
        },
      ],
      VpcSubnetIds: stack.resolve(gateway.network.vpc.isolatedSubnets.map((each) => each.subnetId)),
    });
  });

  it('lends nine tenths of the connections of the primary, and waits as long as the gateway does', () => {
    const { stack, template } = onRds();
    const [primary] = Object.entries(
      template.findResources('AWS::RDS::DBInstance', { Properties: { MultiAZ: true } }),
    ).map(([id]) => id);
    template.hasResourceProperties('AWS::RDS::DBProxyTargetGroup', {
      TargetGroupName: 'default',
      DBInstanceIdentifiers: [stack.resolve({ Ref: primary })],
      ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 90, ConnectionBorrowTimeout: 10 },
    });
  });

  it('keeps its log for three months under the name that it writes to, from before it is there', () => {
    const { template } = onRds();
    const [, proxy] = only(template, 'AWS::RDS::DBProxy');
    const name = String(proxy.Properties['DBProxyName']);
    expect(name).toMatch(/^[A-Za-z][A-Za-z0-9]*$/);
    const [logGroup] = Object.keys(
      template.findResources('AWS::Logs::LogGroup', {
        Properties: { LogGroupName: `/aws/rds/proxy/${name}`, RetentionInDays: 90 },
      }),
    );
    template.hasResource('AWS::RDS::DBProxy', { DependsOn: Match.arrayWith([logGroup]) });
  });

  it('may read one secret and nothing else', () => {
    const { stack, gateway, template } = onRds();
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.includes('Pooler'))
      .map(([, policy]) => policy['Properties'].PolicyDocument.Statement as unknown);
    expect(policies).toEqual([
      [
        {
          Effect: 'Allow',
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: stack.resolve(gateway.secrets.databaseCredentials.secretArn),
        },
      ],
    ]);
  });

  it('goes out to the database alone, which lets it in', () => {
    const { stack, gateway, template } = onRds();
    const { pooler, connections } = gateway.database;
    const port = { 'Fn::GetAtt': [expect.stringMatching(/Database/), 'Endpoint.Port'] };
    const groups: readonly unknown[] = connections.securityGroups.map((group) =>
      stack.resolve(group.securityGroupId),
    );
    const [server, proxy] = groups;
    expect(stack.resolve(pooler?.connections.securityGroups[0]?.securityGroupId)).toEqual(proxy);
    const egress = Object.values(
      template.findResources('AWS::EC2::SecurityGroupEgress', { Properties: { GroupId: proxy } }),
    ).map((rule) => rule['Properties'] as Readonly<Record<string, unknown>>);
    expect(egress).toEqual([
      expect.objectContaining({ DestinationSecurityGroupId: server, FromPort: port, ToPort: port }),
    ]);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: server,
      SourceSecurityGroupId: proxy,
      IpProtocol: 'tcp',
    });
  });

  it('is where replicas write, while they read from a replica and change the schema on the server', () => {
    const { stack, gateway } = onRds();
    const { writer, reader, server } = gateway.database;
    expect(stack.resolve(writer)).toEqual({
      host: { 'Fn::GetAtt': [expect.stringContaining('Pooler'), 'Endpoint'] },
      port: 5432,
    });
    expect(stack.resolve(reader.host)).toEqual({
      'Fn::GetAtt': [expect.stringContaining('Replica1'), 'Endpoint.Address'],
    });
    expect(stack.resolve(server?.host)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/Database/), 'Endpoint.Address'],
    });
  });

  it('is reached by replicas of the gateway, as is the server behind it', () => {
    const { stack, gateway, template } = onRds();
    for (const group of gateway.database.connections.securityGroups) {
      template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
        GroupId: stack.resolve(group.securityGroupId),
        Description: 'Replicas of the gateway',
        FromPort: 5432,
      });
    }
  });

  it('stands in no security group of the server', () => {
    const { stack, gateway, template } = onRds();
    const [server] = gateway.database.connections.securityGroups;
    template.allResourcesProperties('AWS::RDS::DBInstance', {
      VPCSecurityGroups: [stack.resolve(server?.securityGroupId)],
    });
  });

  it('follows its options', () => {
    const { template } = onAurora();
    template.hasResourceProperties('AWS::RDS::DBProxy', { IdleClientTimeout: 300 });
    template.hasResourceProperties('AWS::RDS::DBProxyTargetGroup', {
      DBClusterIdentifiers: [Match.anyValue()],
      ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 75, ConnectionBorrowTimeout: 20 },
    });
  });

  it('has an address for the readers of a cluster', () => {
    const { stack, gateway, template } = onAurora();
    template.hasResourceProperties('AWS::RDS::DBProxyEndpoint', {
      TargetRole: 'READ_ONLY',
      VpcSecurityGroupIds: stack.resolve(
        gateway.database.pooler?.connections.securityGroups.map((each) => each.securityGroupId),
      ),
    });
    expect(stack.resolve(gateway.database.reader.host)).toEqual({
      'Fn::GetAtt': [expect.stringContaining('PoolerReader'), 'Endpoint'],
    });
  });

  it('tells tasks of the server behind it by a secret of its own', () => {
    const { template } = onAurora();
    expect(secretOf(template, 'WriterUrl')).toContain('Pooler');
    expect(secretOf(template, 'ReaderUrl')).toContain('PoolerReader');
    const direct = secretOf(template, 'DirectUrl');
    expect(direct).toContain('Endpoint.Address');
    expect(direct).not.toContain('Pooler');
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          Name: 'Gateway',
          Secrets: Match.arrayWith([Match.objectLike({ Name: 'DIRECT_URL' })]),
        }),
      ]),
    });
  });

  it('tells pods of the server behind it', () => {
    const manifests = Object.values(
      onRds().template.findResources('Custom::AWSCDK-EKS-KubernetesResource'),
    );
    const text = JSON.stringify(manifests);
    expect(text).toContain('DIRECT_URL');
  });

  it('is left out by default, together with the way past it', () => {
    const { gateway, template } = build();
    template.resourceCountIs('AWS::RDS::DBProxy', 0);
    expect(gateway.database.pooler).toBeNull();
    expect(gateway.database.server).toBeNull();
    expect(JSON.stringify(template.toJSON())).not.toContain('DIRECT_URL');
  });

  it('is watched: whether it leads anywhere, how long clients wait, who keeps connections', () => {
    const { gateway, template } = onRds();
    expect(gateway.monitoring.alertNames).toEqual(
      expect.arrayContaining(['DatabasePoolerAway', 'DatabasePoolerWait', 'DatabasePoolerHeld']),
    );
    const name = { Name: 'ProxyName', Value: { Ref: only(template, 'AWS::RDS::DBProxy')[0] } };
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'AvailabilityPercentage',
      Dimensions: [
        name,
        { Name: 'TargetGroup', Value: 'default' },
        { Name: 'TargetRole', Value: 'READ_WRITE' },
      ],
      Statistic: 'Average',
      Threshold: 50,
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 3,
      AlarmDescription: Match.stringLikeRegexp('database-pooler\\.md$'),
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DatabaseConnectionsBorrowLatency',
      Dimensions: [name],
      Threshold: 1_000_000,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DatabaseConnectionsCurrentlySessionPinned',
      Dimensions: [name],
      Statistic: 'Sum',
      // A tenth of 90 % of 400 connections.
      Threshold: 36,
    });
  });
});
