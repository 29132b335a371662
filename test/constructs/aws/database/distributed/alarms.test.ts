import { Match, type Template } from 'aws-cdk-lib/assertions';
import { planDistributedDatabaseAlarms } from '../../../../../constructs/aws/database/distributed/alarms';
import { buildDistributed, templateOf } from '../../multi-region-support';
import { buildDefaults } from '../../support';

const DIMENSIONS = [
  { Name: 'ClusterId', Value: { Ref: Match.stringLikeRegexp('^SsmParameterValue') } },
];

describe('planDistributedDatabaseAlarms', () => {
  let template: Template;

  beforeAll(() => {
    template = templateOf(buildDistributed(), 'us-east-1');
  });

  it('calls when transactions meet too often, and not while none run', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 10,
      EvaluationPeriods: 15,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmDescription: Match.stringLikeRegexp('^DatabaseConflicts .*aws/database-conflicts.md$'),
      Metrics: Match.arrayWith([
        Match.objectLike({
          Expression: 'IF(transactions > 0, 100 * conflicts / transactions, 0)',
        }),
        Match.objectLike({
          MetricStat: Match.objectLike({
            Metric: {
              Namespace: 'AWS/AuroraDSQL',
              MetricName: 'OccConflicts',
              Dimensions: DIMENSIONS,
            },
            Stat: 'Sum',
          }),
        }),
      ]),
    });
  });

  it('calls when statements take longer than a transaction may', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/AuroraDSQL',
      MetricName: 'QueryTimeouts',
      Dimensions: DIMENSIONS,
      Statistic: 'Sum',
      Threshold: 0,
      EvaluationPeriods: 5,
    });
  });

  it('has nothing to say of any other database', () => {
    expect(planDistributedDatabaseAlarms(buildDefaults().gateway.database)).toEqual([]);
  });
});
