import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { ActiveActive } from '../../../../../constructs/aws';
import { buildActiveActive, buildDistributed } from '../../multi-region-support';
import { testApp } from '../../support';

let built: ActiveActive | null = null;

/** Synthesized once for all tests that only look at it. */
function gateway(): ActiveActive {
  built ??= buildDistributed();
  return built;
}

const templates = (): readonly Template[] =>
  gateway().databaseClusters.map(({ stack }) => Template.fromStack(stack));

describe('DistributedDatabaseCluster', () => {
  it('is kept, encrypted with a key of its own, and names the witness', () => {
    for (const template of templates()) {
      template.hasResource('AWS::DSQL::Cluster', {
        Properties: {
          DeletionProtectionEnabled: true,
          KmsEncryptionKey: { 'Fn::GetAtt': [Match.stringLikeRegexp('ClusterKey'), 'Arn'] },
          MultiRegionProperties: { WitnessRegion: 'us-west-2', Clusters: Match.absent() },
          Tags: Match.arrayWith([
            { Key: 'litellm-ha:name', Value: 'litellm' },
            { Key: 'Name', Value: 'litellm' },
          ]),
        },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
    }
  });

  it('lets Aurora DSQL use the key for clusters of this account and region alone', () => {
    const [first] = templates();
    first?.hasResource('AWS::KMS::Key', {
      Properties: {
        EnableKeyRotation: true,
        KeyPolicy: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Principal: { Service: 'dsql.amazonaws.com' },
              Action: Match.arrayWith(['kms:Decrypt', 'kms:GenerateDataKey']),
              Condition: {
                StringLike: {
                  'aws:SourceArn': {
                    'Fn::Join': ['', Match.arrayWith([':dsql:us-east-1:', ':cluster/*'])],
                  },
                },
                'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'aws:dsql:ClusterId' },
              },
            }),
          ]),
        },
      },
      DeletionPolicy: 'Retain',
    });
  });

  it('publishes its id at home', () => {
    for (const template of templates()) {
      template.hasResourceProperties('AWS::SSM::Parameter', {
        Name: '/litellm-ha/litellm/database',
        Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Cluster'), 'Identifier'] },
      });
    }
  });
});

describe('createDistributedDatabase', () => {
  it('makes a stack in each region, deployed before those that need it', () => {
    const { databaseClusters, regions } = gateway();
    const stacks = databaseClusters.map(({ stack }) => stack);
    expect(stacks.map(({ stackName, region }) => [stackName, region])).toEqual([
      ['litellm-us-east-1-database', 'us-east-1'],
      ['litellm-us-east-2-database', 'us-east-2'],
    ]);
    expect(stacks[0]?.dependencies).toEqual([]);
    expect(stacks[1]?.dependencies).toEqual([stacks[0]]);
    for (const { stack } of regions)
      expect(stack.dependencies).toEqual(expect.arrayContaining(stacks));
  });

  it('asks another region in the last of the stacks alone', () => {
    const [first, last] = templates();
    first?.resourceCountIs('Custom::RegionParameter', 0);
    last?.resourceCountIs('Custom::RegionParameter', 1);
  });

  it('stands in the account of a stack that is brought', () => {
    const app = testApp();
    const stack = new Stack(app, 'Mine', { env: { region: 'us-east-1', account: '111122223333' } });
    const { databaseClusters } = buildDistributed(
      { regions: [{ region: 'us-east-1', stack }, { region: 'us-east-2' }] },
      app,
    );
    expect(databaseClusters.map((each) => each.stack.account)).toEqual([
      '111122223333',
      '111122223333',
    ]);
  });

  it('makes none where another kind of database keeps the data', () => {
    expect(buildActiveActive().databaseClusters).toEqual([]);
  });
});
