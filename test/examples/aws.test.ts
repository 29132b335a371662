import type { AppProps, App } from 'aws-cdk-lib';
import { executorFolder } from '../constructs/aws/multi-region-support';
import { gatewayFolder } from '../constructs/aws/support';

// A user has the package; here its sources stand in for it, and a folder for the gateway that a build would make.
jest.mock('litellm-ha/aws', () => jest.requireActual('../../constructs/aws'), { virtual: true });
const mockFolder = gatewayFolder();
const mockExecutor = executorFolder();
jest.mock('../../lib/gateway-bundle', () => ({
  gatewayBundleFolder: () => mockFolder,
  failoverBundleFolder: () => mockExecutor,
}));

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

const PROPS: AppProps = {
  context: {
    'aws:cdk:disable-asset-staging': true,
    // Findings of CloudFormation's own rules are errors.
    '@aws-cdk/core:validateAgainstDefaultRules': true,
  },
};

/** Synthesizes an example as `cdk synth` does, and counts what its gateway is made of. */
async function synthesize(
  name: string,
  stackName = 'Gateway',
): Promise<Readonly<Record<string, number>>> {
  const { createApp } = (await import(`../../examples/aws/${name}/main`)) as {
    readonly createApp: (props: AppProps) => App;
  };
  const assembly = createApp(PROPS).synth();
  expect(assembly.manifest.missing).toBeUndefined();
  const { Resources } = assembly.getStackByName(stackName).template as Template;
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

describe('examples/aws', () => {
  it('creates everything in fresh-app', async () => {
    expect(await synthesize('fresh-app')).toMatchObject({
      'AWS::EC2::VPC': 1,
      'AWS::EKS::Cluster': 1,
      'AWS::RDS::DBInstance': 3,
      'AWS::Backup::BackupPlan': 1,
      'AWS::Synthetics::Canary': 1,
      'AWS::SNS::Subscription': 1,
    });
  });

  it('brings network, database and pager in existing-stack', async () => {
    const counts = await synthesize('existing-stack');
    expect(counts).toMatchObject({ 'AWS::EKS::Cluster': 1, 'AWS::IAM::Role': expect.any(Number) });
    for (const type of ['AWS::EC2::VPC', 'AWS::RDS::DBCluster', 'AWS::SNS::Topic']) {
      expect(counts[type]).toBeUndefined();
    }
  });

  it('keeps no cluster in fargate', async () => {
    const counts = await synthesize('fargate');
    expect(counts).toMatchObject({
      'AWS::ECS::Service': 1,
      'AWS::RDS::DBCluster': 1,
      'Custom::GatewayMigration': 1,
      'AWS::FIS::ExperimentTemplate': 8,
    });
    expect(counts['AWS::EKS::Cluster']).toBeUndefined();
  });

  it('makes a copy that follows, and leads its failover, in the standby of active-passive', async () => {
    expect(await synthesize('active-passive', 'litellm-us-west-2')).toMatchObject({
      'AWS::RDS::DBCluster': 1,
      'AWS::StepFunctions::StateMachine': 2,
      'AWS::S3::Bucket': expect.any(Number),
    });
  });

  it('answers in each region of active-active', async () => {
    for (const region of ['us-east-1', 'eu-west-1', 'ap-southeast-2']) {
      expect(await synthesize('active-active', `litellm-${region}`)).toMatchObject({
        'AWS::EKS::Cluster': 1,
        'AWS::Route53::HealthCheck': 3,
      });
    }
  });

  it('builds no image in official-image', async () => {
    expect(await synthesize('official-image')).toMatchObject({ 'AWS::EKS::Cluster': 1 });
  });
});
