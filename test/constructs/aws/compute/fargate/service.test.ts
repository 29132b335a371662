import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { Compute, type FargateOptions } from '../../../../../constructs/aws';
import { build, type Built, gatewayFolder, onFargate, shortStreams } from '../../support';

type Streaming = Partial<ReturnType<typeof shortStreams>>;

interface Container {
  readonly Name: string;
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
  readonly StopTimeout: number;
  readonly ReadonlyRootFilesystem: boolean;
}

function buildFargate(options: FargateOptions = {}, streaming: Streaming = shortStreams()): Built {
  return build((props) => ({
    ...props,
    ...streaming,
    compute: Compute.fargate({ gatewayFolder: gatewayFolder(), ...options }),
  }));
}

let shared: Built | null = null;
function buildOnce(): Built {
  shared ??= buildFargate();
  return shared;
}

function container(template: Template, name: string): Container {
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  const found = (task?.['Properties'].ContainerDefinitions as Container[]).find(
    ({ Name }) => Name === name,
  );
  if (found === undefined) throw new Error(`no container ${name}`);
  return found;
}

describe('FargateService', () => {
  it('rolls out without losing capacity, takes back what fails, and stays balanced over zones', () => {
    const { stack, gateway, template } = buildOnce();
    const [stop] = gateway.monitoring.stopAlarms;
    template.hasResourceProperties('AWS::ECS::Service', {
      LaunchType: 'FARGATE',
      AvailabilityZoneRebalancing: 'ENABLED',
      DesiredCount: Match.absent(),
      PropagateTags: 'SERVICE',
      HealthCheckGracePeriodSeconds: 60,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        Alarms: { Enable: true, Rollback: true, AlarmNames: [stack.resolve(stop?.alarmName)] },
      },
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: stack.resolve(
            gateway.network.vpc.privateSubnets.map(({ subnetId }) => subnetId),
          ),
        },
      },
    });
    template.resourceCountIs('AWS::EKS::Cluster', 0);
  });

  it('runs the gateway without a writable root, as a user, and tells it to stop in time', () => {
    const { template } = buildOnce();
    const gateway = container(template, 'Gateway');
    expect(gateway).toMatchObject({
      User: '1000:1000',
      ReadonlyRootFilesystem: true,
      Essential: true,
      StopTimeout: 120,
      DependsOn: [{ Condition: 'SUCCESS', ContainerName: 'Prepare' }],
      LogConfiguration: {
        LogDriver: 'awslogs',
        // A replica must not wait for CloudWatch.
        Options: { mode: 'non-blocking', 'max-buffer-size': '26214400b' },
      },
      LinuxParameters: { InitProcessEnabled: true },
      Ulimits: [{ Name: 'nofile', SoftLimit: 65_536, HardLimit: 65_536 }],
      PortMappings: [{ ContainerPort: 4000 }],
    });
    const environment = Object.fromEntries(
      gateway.Environment.map(({ Name, Value }) => [Name, Value]),
    );
    expect(environment).toMatchObject({
      CONFIG_FILE_PATH: '/gateway/config.yaml',
      LITELLM_HA_DATA_DIR: '/data',
      GRACEFUL_SHUTDOWN_TIMEOUT: '90',
      LITELLM_HA_PROPAGATION_SECONDS: '20',
      REDIS_USERNAME: 'gateway',
      REDIS_SSL: 'true',
    });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '1024', Memory: '2048' });
  });

  it('hands over secrets by their address alone, the one of the database included', () => {
    const { template } = buildOnce();
    expect(
      container(template, 'Gateway')
        .Secrets.map(({ Name }) => Name)
        .sort(),
    ).toEqual([
      'DATABASE_URL',
      'DATABASE_URL_READ_REPLICA',
      'LITELLM_MASTER_KEY',
      'LITELLM_SALT_KEY',
      'OPENAI_API_KEY',
      'REDIS_PASSWORD',
    ]);
    const urls = Object.entries(template.findResources('AWS::SecretsManager::Secret'))
      .filter(([id]) => id.includes('WriterUrl'))
      .map(([, secret]) => JSON.stringify(secret['Properties'].SecretString));
    expect(urls).toHaveLength(1);
    expect(urls[0]).toContain('{{resolve:secretsmanager:');
    expect(urls[0]).toContain(':SecretString:password::}}@');
  });

  it('reads its secrets and no other', () => {
    const { template } = buildOnce();
    const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
      id.includes('ExecutionRole'),
    );
    const reads = policies
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager'));
    expect(reads).toHaveLength(6);
    for (const { Resource } of reads) expect(Object.keys(Resource)).toEqual(['Ref']);
  });

  it('follows processor and requests, within the bounds of the plan', () => {
    const { template } = buildFargate({ requestsPerReplica: 900 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 3,
      MaxCapacity: 20,
    });
    const policies = Object.values(
      template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy'),
    ).map((policy) => policy['Properties'].TargetTrackingScalingPolicyConfiguration);
    expect(policies).toEqual([
      expect.objectContaining({ TargetValue: 70, ScaleInCooldown: 300, ScaleOutCooldown: 60 }),
      expect.objectContaining({ TargetValue: 900, ScaleInCooldown: 300, ScaleOutCooldown: 60 }),
    ]);
    expect(
      policies.map((policy) => policy.PredefinedMetricSpecification.PredefinedMetricType),
    ).toEqual(['ECSServiceAverageCPUUtilization', 'ALBRequestCountPerTarget']);
  });

  it('scales on memory only where that is asked for', () => {
    const { template } = build((props) => ({
      ...props,
      ...shortStreams(),
      autoscaling: { memoryPercent: 80 },
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    }));
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 80,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ECSServiceAverageMemoryUtilization',
        },
      },
    });
  });

  it('is reached by the load balancer on its port, and reaches the data tier', () => {
    const { stack, gateway, template } = buildOnce();
    const replicas = stack.resolve(
      onFargate(gateway).resource.connections.securityGroups[0]?.securityGroupId,
    );
    const ports = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'))
      .map((rule) => rule['Properties'])
      .map(({ FromPort, GroupId, SourceSecurityGroupId }) => ({
        FromPort,
        to: JSON.stringify(GroupId) === JSON.stringify(replicas),
        from: JSON.stringify(SourceSecurityGroupId) === JSON.stringify(replicas),
      }));
    expect(ports).toEqual(
      expect.arrayContaining([
        { FromPort: 4000, to: true, from: false },
        { FromPort: 5432, to: false, from: true },
        { FromPort: 6379, to: false, from: true },
      ]),
    );
    expect(ports).toHaveLength(3);
  });

  it('runs in a cluster that is brought', () => {
    const { template } = build((props, stack) => {
      const vpc = new Vpc(stack, 'Mine', { maxAzs: 2 });
      return {
        ...props,
        zones: 2,
        vpc,
        ...shortStreams(),
        compute: Compute.fargate({
          cluster: new Cluster(stack, 'MyCluster', { vpc }),
          gatewayFolder: gatewayFolder(),
        }),
      };
    });
    template.resourceCountIs('AWS::ECS::Cluster', 1);
    template.hasResourceProperties('AWS::ECS::Service', {
      Cluster: { Ref: Match.stringLikeRegexp('^MyCluster') },
    });
  });

  it('starts an image that is brought as it wants to be started, and gives it time', () => {
    const reference = `ghcr.io/berriai/litellm@sha256:${'0'.repeat(64)}`;
    const { template } = build((props) => ({
      ...props,
      ...shortStreams(),
      image: { reference },
      compute: Compute.fargate(),
    }));
    expect(container(template, 'Gateway')).toMatchObject({
      Image: reference,
      Command: ['--config', '/gateway/config.yaml', '--port', '4000'],
    });
    expect(container(template, 'Prepare')).toMatchObject({
      Image: expect.stringMatching(/^docker\.io\/library\/node:.*@sha256:/),
    });
    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 300 });
  });

  it('lets the load balancer wait for streams that outlast the stop of a task', () => {
    const { template } = build((props) => ({
      ...props,
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    }));
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '600' },
      ]),
    });
    const gateway = container(template, 'Gateway');
    expect(gateway.StopTimeout).toBe(120);
    expect(gateway.Environment).toEqual(
      expect.arrayContaining([{ Name: 'GRACEFUL_SHUTDOWN_TIMEOUT', Value: '110' }]),
    );
  });
});

describe('FargateMigration', () => {
  it('runs with each version before replicas of it are started, which leave the schema alone', () => {
    const { stack, gateway, template } = buildOnce();
    const { task, migration } = onFargate(gateway);
    template.hasResourceProperties('Custom::GatewayMigration', {
      TaskDefinition: stack.resolve(task.resource.taskDefinitionArn),
      Container: 'Gateway',
      Subnets: stack.resolve(gateway.network.vpc.privateSubnets.map(({ subnetId }) => subnetId)),
    });
    const id = stack.resolve(migration?.resource.ref).Ref as string;
    const [service] = Object.values(template.findResources('AWS::ECS::Service'));
    expect(service?.['DependsOn']).toContain(id);
    expect(container(template, 'Gateway').Environment).toEqual(
      expect.arrayContaining([{ Name: 'DISABLE_SCHEMA_UPDATE', Value: 'true' }]),
    );
    const [resource] = Object.values(template.findResources('Custom::GatewayMigration'));
    const dependencies = (resource?.['DependsOn'] as string[]).join(' ');
    expect(dependencies).toMatch(/DatabaseIngress1/);
    expect(dependencies).toMatch(/ExecutionRoleDefaultPolicy/);
  });

  it('is left to an image that is brought', () => {
    const { template } = build((props) => ({
      ...props,
      ...shortStreams(),
      image: { reference: `ghcr.io/berriai/litellm@sha256:${'0'.repeat(64)}` },
      compute: Compute.fargate(),
    }));
    template.resourceCountIs('Custom::GatewayMigration', 0);
  });
});
