import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Cache, Compute, Database, Monitoring } from '../../../../constructs/aws';
import { PROJECT_ROOT, projectFiles } from '../../../support/project-files';
import { buildActivePassive, templateOf } from '../multi-region-support';
import {
  build,
  buildDefaults,
  type Built,
  gatewayFolder,
  onElastiCache,
  onFargate,
  onRds,
  shortStreams,
} from '../support';

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly Threshold?: number;
}

const CALLING = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

function alarms(template: Template): readonly AlarmProperties[] {
  return CALLING.flatMap((type) => Object.values(template.findResources(type))).map(
    (alarm) => alarm['Properties'] as AlarmProperties,
  );
}

function alarm(template: Template, name: string): AlarmProperties {
  const found = alarms(template).filter(({ AlarmDescription }) =>
    AlarmDescription.startsWith(`${name} (`),
  );
  expect(found).toHaveLength(1);
  return found[0] as AlarmProperties;
}

let fargate: Built | null = null;
function buildOnFargate(): Built {
  fargate ??= build((props, scope) => ({
    ...props,
    ...shortStreams(),
    compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    zones: 2,
    vpc: new Vpc(scope, 'Mine', { maxAzs: 2 }),
  }));
  return fargate;
}

describe('Monitoring', () => {
  it('watches entrance, database and cache by default', () => {
    expect(buildDefaults().gateway.monitoring.alertNames).toEqual([
      'LoadBalancerErrors',
      'ReplicasBelowZones',
      'UnhealthyReplicas',
      'SlowResponses',
      'SlowestResponses',
      'RejectedConnections',
      'CertificateExpires',
      'NatPortsExhausted',
      'DatabaseProcessor',
      'DatabaseConnections',
      'DatabaseMemory',
      'DatabaseReplicaLag',
      'DatabaseStorage1',
      'DatabaseStorage2',
      'DatabaseStorage3',
      'CacheMemory',
      'CacheEvictions',
      'CacheSwap',
      'CacheProcessor',
      'CacheReplicationLag',
      'CacheConnections',
      'CacheNewConnections',
      'CacheLogins',
      'CacheCommands',
      'CacheKeys',
      'CacheFailover',
      'ErrorBudgetBurnsFast',
      'ErrorBudgetBurnsSlowly',
    ]);
  });

  it('compares with the objectives of the plan', () => {
    const { template } = buildDefaults();
    expect(alarm(template, 'LoadBalancerErrors')).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(alarm(template, 'SlowResponses')).toMatchObject({
      Threshold: 5,
      ExtendedStatistic: 'p95',
      MetricName: 'TargetResponseTime',
    });
    expect(alarm(template, 'SlowestResponses')).toMatchObject({
      Threshold: 10,
      ExtendedStatistic: 'p99',
    });
    expect(alarm(template, 'DatabaseConnections')).toMatchObject({ Threshold: 320 });
    expect(alarm(template, 'DatabaseStorage1')).toMatchObject({ Threshold: 10 * 1024 ** 3 });
  });

  it('goes off when fewer replicas answer than there are zones, and when none reports at all', () => {
    expect(alarm(buildDefaults().template, 'ReplicasBelowZones')).toMatchObject({
      MetricName: 'HealthyHostCount',
      Threshold: 3,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('counts requests that found no replica, so that a whole outage is a hundred percent', () => {
    const text = JSON.stringify(alarm(buildDefaults().template, 'LoadBalancerErrors'));
    expect(text).toContain(
      '100 * (FILL(refused, 0) + FILL(failed, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
    );
    for (const metric of ['RequestCount', 'HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_5XX_Count']) {
      expect(text).toContain(metric);
    }
  });

  it('goes off when a NAT gateway of any zone has no port left', () => {
    const { gateway, stack, template } = buildDefaults();
    const ids = gateway.network.natGatewayIds.map((id) => JSON.stringify(stack.resolve(id)));
    expect(new Set(ids).size).toBe(3);
    const alarmed = alarm(template, 'NatPortsExhausted');
    expect(alarmed).toMatchObject({
      Threshold: 0,
      EvaluationPeriods: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    const text = JSON.stringify(alarmed);
    expect(text.match(/"ErrorPortAllocation"/g)).toHaveLength(3);
    for (const id of ids) expect(text).toContain(`"Name":"NatGatewayId","Value":${id}`);
  });

  it('goes off a month before the certificate ends, whoever issued it', () => {
    const { stack, gateway, template } = buildDefaults();
    expect(alarm(template, 'CertificateExpires')).toMatchObject({
      Namespace: 'AWS/CertificateManager',
      MetricName: 'DaysToExpiry',
      Dimensions: [
        {
          Name: 'CertificateArn',
          Value: stack.resolve(gateway.loadBalancer.certificate.certificateArn),
        },
      ],
      Statistic: 'Minimum',
      Period: 86_400,
      Threshold: 30,
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  it('watches the tasks of Fargate, and leaves the NAT gateways of others to them', () => {
    const { stack, gateway, template } = buildOnFargate();
    expect(gateway.monitoring.alertNames).toEqual(
      expect.arrayContaining(['ReplicasMissing', 'ReplicasBusy']),
    );
    expect(gateway.monitoring.alertNames).not.toContain('NatPortsExhausted');
    const missing = alarm(template, 'ReplicasMissing');
    expect(missing).toMatchObject({ Threshold: 0, EvaluationPeriods: 10 });
    for (const part of ['desired - running', 'DesiredTaskCount', 'RunningTaskCount']) {
      expect(JSON.stringify(missing)).toContain(part);
    }
    expect(alarm(template, 'ReplicasBusy')).toMatchObject({
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Dimensions: expect.arrayContaining([
        {
          Name: 'ServiceName',
          Value: stack.resolve(onFargate(gateway).resource.serviceName),
        },
      ]),
      Threshold: 80,
    });
    expect(buildDefaults().gateway.monitoring.alertNames).not.toContain('ReplicasMissing');
  });

  it('tells of a rollout that ECS took back, with the runbook, in its own name', () => {
    const { stack, gateway, template } = buildOnFargate();
    const topic = stack.resolve(gateway.alarmTopic.topicArn);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change'],
        resources: [stack.resolve(onFargate(gateway).resource.serviceArn)],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
      Targets: [
        Match.objectLike({
          Arn: topic,
          Input: Match.stringLikeRegexp('RolloutFailed .*/aws/rollout-failed\\.md'),
          RoleArn: Match.anyValue(),
        }),
      ],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 'sns:Publish', Resource: topic }),
          Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
        ],
      },
    });
    buildDefaults().template.resourcePropertiesCountIs(
      'AWS::Events::Rule',
      { EventPattern: { source: ['aws.ecs'] } },
      0,
    );
  });

  it('watches every node of the cache, whichever is the primary', () => {
    const { stack, gateway, template } = buildDefaults();
    const group = stack.resolve(onElastiCache(gateway).resource.ref);
    const text = JSON.stringify(alarm(template, 'CacheReplicationLag'));
    for (const node of ['-001', '-002', '-003']) {
      expect(text).toContain(JSON.stringify({ 'Fn::Join': ['', [group, node]] }));
    }
    expect(text).toContain('MAX([node1, node2, node3])');
  });

  it('burns no budget unless both the long and the short window say so', () => {
    const { template } = buildDefaults();
    expect(JSON.stringify(alarm(template, 'ErrorBudgetBurnsFast'))).toContain(' AND ');
    const halves = alarms(template).filter(({ AlarmDescription }) =>
      AlarmDescription.startsWith('Half of'),
    );
    expect(halves.map(({ Threshold }) => Threshold)).toEqual([1.44, 1.44, 0.6, 0.6]);
    for (const half of halves) expect(half.AlarmActions).toBeUndefined();
  });

  it('sends each alarm to the topic, with its runbook', () => {
    const { stack, gateway, template } = buildDefaults();
    const topic = stack.resolve(gateway.monitoring.alarmTopic.topicArn);
    const calling = alarms(template).filter(
      ({ AlarmDescription }) => !AlarmDescription.startsWith('Half of'),
    );
    expect(calling).toHaveLength(gateway.monitoring.alertNames.length);
    for (const { AlarmActions, AlarmDescription } of calling) {
      expect(AlarmActions).toEqual([topic]);
      expect(AlarmDescription).toMatch(
        /Runbook: node_modules\/litellm-ha\/docs\/runbooks\/aws\/[a-z-]+\.md$/,
      );
    }
  });

  it('encrypts the topic with a key that alarms may use, and refuses plain connections', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sns:Publish',
            Effect: 'Allow',
            Principal: { Service: ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      Description: 'Encrypts the alarms of the gateway',
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com'] },
          }),
        ]),
      },
    });
  });

  it('tells of a failover of the database, of an instance or of a cluster', () => {
    const { stack, gateway, template } = buildDefaults();
    template.hasResourceProperties('AWS::RDS::EventSubscription', {
      SnsTopicArn: stack.resolve(gateway.alarmTopic.topicArn),
      SourceType: 'db-instance',
      SourceIds: [stack.resolve(onRds(gateway).resource.instanceIdentifier)],
      EventCategories: ['failover', 'failure'],
    });
    build((props) => ({ ...props, database: Database.aurora() })).template.hasResourceProperties(
      'AWS::RDS::EventSubscription',
      { SourceType: 'db-cluster' },
    );
  });

  it('sends alarms to a topic that is brought, and to the runbooks where they are published', () => {
    const { stack, template, gateway } = build((props, scope) => ({
      ...props,
      monitoring: Monitoring.cloudWatch({
        alarmTopic: new Topic(scope, 'Pager'),
        runbookBaseUrl: 'https://wiki.example.com/runbooks',
      }),
    }));
    template.resourceCountIs('AWS::SNS::Topic', 1);
    expect(alarm(template, 'SlowResponses').AlarmActions).toEqual([
      stack.resolve(gateway.monitoring.alarmTopic.topicArn),
    ]);
    expect(alarm(template, 'SlowResponses').AlarmDescription).toMatch(
      /https:\/\/wiki\.example\.com\/runbooks\/aws\/slow-responses\.md$/,
    );
  });

  it('shows what it watches', () => {
    const { template } = buildDefaults();
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.['Properties'].DashboardBody);
    for (const title of ['Failed requests', 'Requests in flight', 'DatabaseReplicaLag']) {
      expect(body).toContain(title);
    }
  });

  it('asks for nothing by itself unless a canary is wanted', () => {
    buildDefaults().template.resourceCountIs('AWS::Synthetics::Canary', 0);
  });

  it('asks for a real completion with a key from a secret, and alarms when that fails', () => {
    const { stack, template, gateway } = build((props, scope) => ({
      ...props,
      monitoring: Monitoring.cloudWatch({
        canary: { model: 'gpt-4o', key: new Secret(scope, 'CanaryKey'), everyMinutes: 10 },
      }),
    }));
    template.hasResourceProperties('AWS::Synthetics::Canary', {
      Schedule: { Expression: 'rate(10 minutes)' },
      RunConfig: {
        EnvironmentVariables: {
          GATEWAY_URL: 'https://api.example.com',
          MODEL: 'gpt-4o',
          KEY_SECRET_ARN: stack.resolve((stack.node.findChild('CanaryKey') as Secret).secretArn),
        },
      },
    });
    expect(gateway.monitoring.alertNames).toContain('CanaryFailed');
    expect(alarm(template, 'CanaryFailed')).toMatchObject({ TreatMissingData: 'breaching' });
  });

  it('lets a canary read its key and no other secret', () => {
    const { stack, template, gateway } = build((props) => ({
      ...props,
      monitoring: Monitoring.cloudWatch({ canary: { model: 'gpt-4o' } }),
    }));
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.includes('CanaryRole'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager'));
    expect(policies.map(({ Resource }) => Resource)).toEqual([
      stack.resolve(gateway.secrets.masterKey.secretArn),
    ]);
  });

  it('has one alarm for each disk, and follows the number of replicas', () => {
    const { gateway } = build((props) => ({
      ...props,
      database: Database.rds({ readReplicas: 1 }),
      cache: Cache.replicationGroup({ replicas: 5 }),
    }));
    expect(gateway.monitoring.alertNames.filter((name) => name.includes('Storage'))).toEqual([
      'DatabaseStorage1',
      'DatabaseStorage2',
    ]);
    expect(gateway.cache.shards[0]).toHaveLength(6);
  });
});

describe('docs/runbooks/aws', () => {
  const folder = join(PROJECT_ROOT, 'docs/runbooks/aws');
  const named = (): readonly string[] => {
    const { template } = build((props) => ({
      ...props,
      monitoring: Monitoring.cloudWatch({ canary: { model: 'gpt-4o' } }),
    }));
    const standby = templateOf(buildActivePassive(), 'us-west-2');
    return [...alarms(template), ...alarms(standby)].flatMap(
      ({ AlarmDescription }) => /aws\/([a-z-]+)\.md$/.exec(AlarmDescription)?.[1] ?? [],
    );
  };

  it('has a runbook for each alarm, and no other', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
    const written = projectFiles()
      .filter((path) => path.startsWith('constructs/aws/'))
      .flatMap((path) =>
        [...readFileSync(join(PROJECT_ROOT, path), 'utf8').matchAll(/runbook: '([a-z-]+)'/g)].map(
          ([, name]) => name,
        ),
      );
    expect(files.sort()).toEqual([...new Set(written)].sort());
    expect(files).toEqual(expect.arrayContaining([...new Set(named())]));
  });

  it.each(readdirSync(folder))('says in %s what to do', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text.match(/^## .*/gm)).toEqual([
      '## What it means',
      '## First look',
      '## Mend',
      '## How it was tested',
    ]);
    expect(text).toMatch(/```sh\n\S/);
  });
});
