import { App, Stack, Validations, type CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Compute, Database, type MultiRegionDeployment } from '../../../constructs/aws';
import {
  buildActiveActive,
  buildActivePassive,
  buildDistributed,
  executorFolder,
} from './multi-region-support';
import { gatewayFolder, shortStreams, testApp } from './support';

/** Findings of CloudFormation's own rules stop synthesis instead of warning. */
function strictApp(): App {
  return new App({
    context: {
      'aws:cdk:disable-asset-staging': true,
      '@aws-cdk/core:validateAgainstDefaultRules': true,
    },
  });
}

function acknowledgedReasons(root: IConstruct): ReadonlySet<string> {
  const entries = root.node
    .findAll()
    .flatMap((node) => node.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .filter(([id]) => id.includes('AwsSolutions'))
    .map(([, reason]) => reason);
  return new Set(entries);
}

/** Those of regions, and those that stand between them. */
function listStacks(gateway: MultiRegionDeployment): readonly Stack[] {
  return gateway.node.children.filter((child): child is Stack => Stack.isStack(child));
}

/** What looks like the value of a secret: a key, a private key, or a password in an address. */
const SECRET_LOOKS = [
  /\bsk-[A-Za-z0-9]{8,}/,
  /-----BEGIN/,
  /AKIA[0-9A-Z]{16}/,
  /:[^/@$\s"{}]{6,}@/,
];

/** Between them these make every resource there is. */
const VARIANTS: readonly (readonly [string, (app: App) => MultiRegionDeployment])[] = [
  ['ActivePassive on EKS and RDS', (app) => buildActivePassive({}, app)],
  [
    'ActivePassive on Fargate and Aurora',
    (app) =>
      buildActivePassive(
        {
          ...shortStreams(),
          dataMode: 'global-database',
          compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
          failover: { executorFolder: executorFolder(), plan: { kind: 'arc-region-switch' } },
        },
        app,
      ),
  ],
  [
    'ActiveActive',
    (app) =>
      buildActiveActive(
        {
          regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
          failover: {
            executorFolder: executorFolder(),
            plan: { kind: 'arc-region-switch', approvedBy: 'on-call' },
          },
        },
        app,
      ),
  ],
  [
    'ActiveActive with a shared writer',
    (app) =>
      buildActiveActive(
        {
          regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
          dataMode: 'shared-writer',
          database: Database.rds({ maxConnections: 700 }),
        },
        app,
      ),
  ],
  [
    'ActiveActive behind an accelerator',
    (app) =>
      buildActiveActive(
        {
          regions: [{ region: 'us-east-1' }, { region: 'us-west-2' }],
          steering: { policy: 'anycast' },
        },
        app,
      ),
  ],
  [
    'ActiveActive with a primary in each region',
    (app) =>
      buildActiveActive(
        {
          regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
          dataMode: 'regional-primaries',
          database: Database.rds(),
        },
        app,
      ),
  ],
  ['ActiveActive on Aurora DSQL', (app) => buildDistributed({}, app)],
  [
    'ActiveActive on Aurora DSQL and Fargate',
    (app) =>
      buildDistributed(
        { ...shortStreams(), compute: Compute.fargate({ gatewayFolder: gatewayFolder() }) },
        app,
      ),
  ],
];

describe.each(VARIANTS)('%s', (_, create) => {
  it('passes the validation of CloudFormation with every finding an error', () => {
    const app = strictApp();
    create(app);
    expect(() => app.synth()).not.toThrow();
  });

  it('passes cdk-nag AwsSolutions without a finding', () => {
    const app = testApp();
    create(app);
    const { violations } = new AwsSolutionsChecks().validateScope(app);
    expect(violations).toEqual([]);
  });

  it('acknowledges findings for at most ten reasons in each stack, each spelled out', () => {
    const gateway = create(testApp());
    // Stacks beside those of regions may have nothing to acknowledge.
    expect(acknowledgedReasons(gateway).size).toBeGreaterThan(0);
    for (const stack of listStacks(gateway)) {
      const reasons = acknowledgedReasons(stack);
      expect(reasons.size).toBeLessThanOrEqual(10);
      for (const reason of reasons) expect(reason.length).toBeGreaterThan(60);
    }
  });

  it('shows no secret in any template', () => {
    for (const stack of listStacks(create(testApp()))) {
      const text = JSON.stringify(Template.fromStack(stack).toJSON());
      for (const pattern of SECRET_LOOKS) expect(text).not.toMatch(pattern);
    }
  });
});

describe('the validation', () => {
  it('would not pass a copy that is told twice that it is encrypted', () => {
    const app = strictApp();
    const { regions } = buildActivePassive({}, app);
    const database = regions[1]?.parts.database;
    if (database?.kind !== 'rds-replica') throw new Error(database?.kind);
    (database.resource.node.defaultChild as CfnResource).addPropertyOverride(
      'StorageEncrypted',
      true,
    );
    expect(() => app.synth()).toThrow();
  });
});
