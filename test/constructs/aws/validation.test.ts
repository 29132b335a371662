import type { CfnResource } from 'aws-cdk-lib';
import { App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import {
  Backup,
  Cache,
  Chaos,
  Compute,
  Database,
  GatewayConfig,
  Monitoring,
  Pooler,
  SingleRegionHA,
  ZonalAutoshift,
  type SingleRegionHAProps,
} from '../../../constructs/aws';
import {
  gatewayFolder,
  leastProps,
  onElastiCache,
  shortStreams,
  testApp,
  testStack,
} from './support';

/** Findings of CloudFormation's own rules stop synthesis instead of warning. */
function strictApp(): App {
  return new App({
    context: {
      'aws:cdk:disable-asset-staging': true,
      '@aws-cdk/core:validateAgainstDefaultRules': true,
    },
  });
}

/** A gateway whose surroundings have no findings of their own. */
function createGateway(app: App, change: Partial<SingleRegionHAProps> = {}): SingleRegionHA {
  const stack = testStack({}, app);
  return new SingleRegionHA(stack, 'Gateway', {
    ...leastProps(testStack()),
    ...change,
    domain: {
      name: 'api.example.com',
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z0000000000000',
        zoneName: 'example.com',
      }),
    },
    secrets: {
      OPENAI_API_KEY: Secret.fromSecretCompleteArn(
        stack,
        'Key',
        'arn:aws:secretsmanager:eu-west-1:111111111111:secret:openai-AbCdEf',
      ),
    },
  });
}

function acknowledgedReasons(root: Construct): ReadonlyMap<string, string> {
  const entries = root.node
    .findAll()
    .flatMap((node) => node.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .filter(([id]) => id.includes('AwsSolutions'));
  return new Map(entries);
}

const BEDROCK = `model_list:
  - model_name: claude
    litellm_params: { model: bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0 }
  - model_name: nova
    litellm_params: { model: bedrock/amazon.nova-pro-v1:0 }
  - model_name: elsewhere
    litellm_params: { model: bedrock/meta.llama3, aws_role_name: 'arn:aws:iam::123456789012:role/models' }
`;

/** Between them these make every resource there is. */
const VARIANTS: readonly (readonly [string, () => Partial<SingleRegionHAProps>])[] = [
  ['the defaults', () => ({})],
  ['models on Bedrock', () => ({ config: GatewayConfig.fromYaml(BEDROCK), secrets: {} })],
  [
    'EKS with all that can be added',
    () => ({
      database: Database.rds({ pooler: Pooler.rdsProxy() }),
      cache: Cache.replicationGroup({ engine: 'valkey' }),
      ...additions(),
    }),
  ],
  [
    'Fargate with all that can be added',
    () => ({
      ...shortStreams(),
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
      database: Database.aurora({ login: 'iam' }),
      cache: Cache.cluster(),
      ...additions(),
    }),
  ],
];

function additions(): Partial<SingleRegionHAProps> {
  return {
    monitoring: Monitoring.cloudWatch({ canary: { model: 'gpt-4o' } }),
    backup: Backup.vault(),
    chaos: Chaos.faultInjection(),
    zonalAutoshift: ZonalAutoshift.enabled({ blockedWindows: ['Fri:16:00-Fri:23:59'] }),
    autoscaling: { cpuPercent: 60 },
  };
}

describe.each(VARIANTS)('SingleRegionHA with %s', (_, change) => {
  it('passes the validation of CloudFormation with every finding an error', () => {
    const app = strictApp();
    createGateway(app, change());
    expect(() => app.synth()).not.toThrow();
  });

  it('passes cdk-nag AwsSolutions without a finding', () => {
    const app = testApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    createGateway(app, change());
    const { violations } = new AwsSolutionsChecks().validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
    expect(() => app.synth()).not.toThrow();
  });

  it('acknowledges findings for at most ten reasons, each spelled out', () => {
    const app = testApp();
    const reasons = new Set(acknowledgedReasons(createGateway(app, change())).values());
    expect(reasons.size).toBeGreaterThan(0);
    expect(reasons.size).toBeLessThanOrEqual(10);
    for (const reason of reasons) expect(reason.length).toBeGreaterThan(60);
  });
});

describe('SingleRegionHA', () => {
  it('would not pass the validation with a property that does not exist', () => {
    const app = strictApp();
    const gateway = createGateway(app);
    const cache = onElastiCache(gateway).resource as CfnResource;
    cache.addPropertyOverride('NoSuchProperty', true);
    expect(() => app.synth()).toThrow();
  });

  it('would not pass cdk-nag with an unprotected bucket beside it', () => {
    const app = testApp();
    new Bucket(testStack({}, app), 'Open');
    expect(new AwsSolutionsChecks().validateScope(app).violations).not.toEqual([]);
  });
});
