import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Database } from '../../../../constructs/aws';
import { build, buildDefaults } from '../support';

function roleOf(template: Template): string {
  const [id] = Object.keys(
    template.findResources('AWS::IAM::Role', {
      Properties: {
        AssumeRolePolicyDocument: Match.objectLike({
          Statement: [Match.objectLike({ Principal: { Service: 'monitoring.rds.amazonaws.com' } })],
        }),
      },
    }),
  );
  if (id === undefined) throw new Error('nobody may write what operating systems do');
  return id;
}

describe('createMonitoringRole', () => {
  it('has every instance tell of its operating system each 15 seconds', () => {
    for (const { template } of [
      buildDefaults(),
      build((props) => ({ ...props, database: Database.aurora() })),
    ]) {
      template.allResourcesProperties('AWS::RDS::DBInstance', {
        MonitoringInterval: 15,
        MonitoringRoleArn: { 'Fn::GetAtt': [roleOf(template), 'Arn'] },
      });
    }
  });

  it('is for instances of this account, and for the log groups of RDS in this region', () => {
    const { template } = buildDefaults();
    const { AssumeRolePolicyDocument, Policies } = template.findResources('AWS::IAM::Role')[
      roleOf(template)
    ]?.['Properties'] as {
      readonly AssumeRolePolicyDocument: unknown;
      readonly Policies: readonly {
        readonly PolicyDocument: { readonly Statement: readonly { readonly Resource: unknown }[] };
      }[];
    };
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
      ],
    });
    const resources = Policies[0]?.PolicyDocument.Statement.map(({ Resource }) =>
      JSON.stringify(Resource),
    );
    expect(resources).toHaveLength(2);
    for (const resource of resources ?? []) {
      expect(resource).toContain(
        '{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":log-group:RDS*',
      );
    }
  });
});
