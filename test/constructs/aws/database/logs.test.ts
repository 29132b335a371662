import { Match } from 'aws-cdk-lib/assertions';
import { Database } from '../../../../constructs/aws';
import { buildActivePassive, templateOf } from '../multi-region-support';
import { build, buildDefaults } from '../support';

describe('DATABASE_LOG_RETENTION', () => {
  it('ends what the primary and each replica export after three months', () => {
    const { template } = buildDefaults();
    template.resourceCountIs('Custom::LogRetention', 3);
    template.allResourcesProperties('Custom::LogRetention', {
      LogGroupName: Match.objectLike({
        'Fn::Join': ['', ['/aws/rds/instance/', Match.anyValue(), '/postgresql']],
      }),
      RetentionInDays: 90,
    });
  });

  it('ends what a cluster exports', () => {
    const { template } = build((props) => ({ ...props, database: Database.aurora() }));
    template.resourceCountIs('Custom::LogRetention', 1);
    template.hasResourceProperties('Custom::LogRetention', { RetentionInDays: 90 });
  });

  it('ends what a copy in another region exports', () => {
    templateOf(buildActivePassive(), 'us-west-2').hasResourceProperties('Custom::LogRetention', {
      LogGroupName: { 'Fn::Join': ['', ['/aws/rds/instance/', Match.anyValue(), '/postgresql']] },
      RetentionInDays: 90,
    });
  });
});
