import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aspects, Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Compute, SingleRegionHA } from '../../../../constructs/aws';
import { maskAssetHashes } from '../../../../constructs/aws/testing';
import type { testApp } from '../support';
import {
  build,
  buildDefaults,
  gatewayFolder,
  leastProps,
  onRds,
  shortStreams,
  testStack,
} from '../support';

function maskHashes(template: Template): unknown {
  return maskAssetHashes(template.toJSON());
}

/** What looks like the value of a secret: a key, a private key, or a long run of letters and digits. */
const SECRET_LOOKS = [
  /\bsk-[A-Za-z0-9]{8,}/,
  /-----BEGIN/,
  /AKIA[0-9A-Z]{16}/,
  /:[^/@$\s"{}]{6,}@/,
];

describe('SingleRegionHA', () => {
  it('answers under its name and says where the key of the administrator is', () => {
    const { gateway, template } = buildDefaults();
    expect(gateway.url).toBe('https://api.example.com');
    const outputs = Object.entries(template.findOutputs('*'));
    expect(outputs.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'GatewayUrl',
      'GatewayMasterKeySecretArn',
    ]);
  });

  it('offers its parts as typed handles', () => {
    const { gateway } = buildDefaults();
    expect(gateway.recoveryObjectives.failures.map(({ failure }) => failure)).toContain('zone');
    expect(gateway.loadBalancer.resource.loadBalancerArn).toBeDefined();
    expect(gateway.loadBalancer.targetGroup.targetGroupArn).toBeDefined();
    expect(onRds(gateway).resource.instanceArn).toBeDefined();
    expect(gateway.database.writer.port).toBe(5432);
    expect(gateway.cache.primary.port).toBe(6379);
    expect(gateway.network.vpc.vpcId).toBe(gateway.network.networkId);
    expect(gateway.compute.workloadName).toBe('litellm');
    expect(gateway.autoscaling).toMatchObject({ minReplicas: 3, maxReplicas: 20 });
  });

  it('is synthesized the same way each time', () => {
    const [one, other] = [build(), build()].map(({ template }) => maskHashes(template));
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('changes its template only on purpose', () => {
    expect(maskHashes(buildDefaults().template)).toMatchSnapshot();
  });

  it.each([
    ['EKS', () => buildDefaults()],
    [
      'Fargate',
      () =>
        build((props) => ({
          ...props,
          ...shortStreams(),
          compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
        })),
    ],
  ])('shows no secret in the template of %s', (_, create) => {
    const { stack } = create();
    const assembly = (stack.node.root as ReturnType<typeof testApp>).synth();
    const text = readFileSync(join(assembly.directory, `${stack.stackName}.template.json`), 'utf8');
    for (const pattern of SECRET_LOOKS) expect(text).not.toMatch(pattern);
    expect('postgresql://litellm:hunter2secret@host').toMatch(SECRET_LOOKS[3] ?? /never/);
  });

  it('stands twice in one stack', () => {
    const stack = testStack();
    const props = leastProps(stack);
    new SingleRegionHA(stack, 'One', props);
    new SingleRegionHA(stack, 'Two', {
      ...props,
      name: 'second',
      domain: { ...props.domain, name: 'second.example.com' },
    });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EKS::Cluster', 2);
    template.resourceCountIs('AWS::Route53::RecordSet', 4);
  });

  it('stands in a construct of a stack', () => {
    const stack = testStack();
    new SingleRegionHA(new Construct(stack, 'Platform'), 'Gateway', leastProps(stack));
    Template.fromStack(stack).resourceCountIs('AWS::EKS::Cluster', 1);
  });

  it('tags what it makes', () => {
    buildDefaults().template.hasResourceProperties('AWS::RDS::DBInstance', {
      Tags: Match.arrayWith([
        { Key: 'litellm-ha:name', Value: 'litellm' },
        { Key: 'litellm-ha:pattern', Value: 'single-region' },
      ]),
    });
  });

  it('honours tags and aspects of the app around it', () => {
    const stack = testStack();
    Tags.of(stack).add('team', 'platform');
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof LogGroup) node.applyRemovalPolicy(RemovalPolicy.DESTROY);
      },
    });
    const { template } = build((props) => props, stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Tags: Match.arrayWith([{ Key: 'team', Value: 'platform' }]),
    });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  it('keeps the ids of what holds data: a changed one would replace it', () => {
    const { template } = buildDefaults();
    const ids = [
      'AWS::RDS::DBInstance',
      'AWS::ElastiCache::ReplicationGroup',
      'AWS::SecretsManager::Secret',
      'AWS::KMS::Key',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::EKS::Cluster',
      'AWS::S3::Bucket',
    ].flatMap((type) => Object.keys(template.findResources(type)));
    expect(ids).toMatchSnapshot();
  });

  it('offers its metrics as those of its own load balancer', () => {
    const { stack, gateway } = buildDefaults();
    const name = stack.resolve(gateway.loadBalancer.resource.loadBalancerFullName);
    expect(stack.resolve(gateway.metricRequests().dimensions)).toEqual({ LoadBalancer: name });
    expect(gateway.metricRequests(Duration.minutes(5))).toMatchObject({
      metricName: 'RequestCount',
      statistic: 'Sum',
      period: Duration.minutes(5),
    });
    expect(gateway.metricInFlight().expression).toBe(
      'FILL(requests, 0) / PERIOD(requests) * FILL(seconds, 0)',
    );
    expect(gateway.metricErrors().expression).toContain('100 *');
    expect(gateway.metricResponseTime('p99')).toMatchObject({
      metricName: 'TargetResponseTime',
      statistic: 'p99',
    });
  });

  it('lets whoever is named read the key of the administrator, and replicas be given rights', () => {
    const stack = testStack();
    const gateway = new SingleRegionHA(stack, 'Gateway', leastProps(stack));
    const reader = new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() });
    gateway.grantReadMasterKey(reader);
    new Bucket(stack, 'Prompts').grantRead(gateway.compute);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(reader.roleName)],
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Resource: stack.resolve(gateway.secrets.masterKey.secretArn) }),
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(gateway.compute.role.roleName)],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: Match.arrayWith(['s3:GetObject*']) }),
        ]),
      },
    });
  });

  it('warns of nothing by default', () => {
    Annotations.fromStack(buildDefaults().stack).hasNoWarning('*', Match.anyValue());
  });

  it('warns of a secret that nothing references', () => {
    const { stack } = build((props, scope) => ({
      ...props,
      secrets: { ...props.secrets, UNUSED_KEY: new Secret(scope, 'Unused') },
    }));
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Gateway',
      Match.stringLikeRegexp('secrets.UNUSED_KEY: the configuration does not reference'),
    );
  });

  it('rejects a configuration whose secrets are not given', () => {
    expect(() => build((props) => ({ ...props, secrets: {} }))).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - secrets.OPENAI_API_KEY must be given, because the configuration references ' +
          'os.environ/OPENAI_API_KEY, got nothing; add OPENAI_API_KEY to secrets, or remove the reference',
      ),
    );
  });

  it('rejects a description without a domain', () => {
    expect(() => build((props) => ({ ...props, domain: undefined as never }))).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - domain must be given, because a load balancer answers HTTPS only with a certificate for a name, ' +
          'got nothing; pass a name and the hosted zone that holds it',
      ),
    );
  });

  it('rejects objectives it cannot keep', () => {
    expect(() => build((props) => ({ ...props, objectives: { rtoSeconds: 5 } }))).toThrow(
      /objectives\.rtoSeconds must be 18 or more for the loss of a replica/,
    );
  });
});
