import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MonitoringPlan } from '../../../lib';
import { describeAlarm } from '../foundation/alarm';
import type { LoadBalancer } from './load-balancer';
import { errorPercent } from './metrics';

interface BurnRate {
  readonly name: string;
  readonly factor: number;
  readonly longWindow: Duration;
  readonly shortWindow: Duration;
  readonly goneIn: string;
}

/**
 * The long window says that it matters, the short one that it still goes on.
 *
 * @see https://sre.google/workbook/alerting-on-slos/ table 5-8
 */
const BURN_RATES: readonly BurnRate[] = [
  {
    name: 'ErrorBudgetBurnsFast',
    factor: 14.4,
    longWindow: Duration.hours(1),
    shortWindow: Duration.minutes(5),
    goneIn: 'two days',
  },
  {
    name: 'ErrorBudgetBurnsSlowly',
    factor: 6,
    longWindow: Duration.hours(6),
    shortWindow: Duration.minutes(30),
    goneIn: 'five days',
  },
];

/** One alarm for each pace at which the month's errors are used up too soon. */
export function createBurnRateAlarms(
  scope: Construct,
  input: {
    readonly loadBalancer: LoadBalancer;
    readonly objectives: MonitoringPlan;
    readonly runbookBaseUrl: string;
  },
): readonly cloudwatch.CompositeAlarm[] {
  return BURN_RATES.map((rate) => createBurnRateAlarm(scope, rate, input));
}

function createBurnRateAlarm(
  scope: Construct,
  { name, factor, longWindow, shortWindow, goneIn }: BurnRate,
  input: Parameters<typeof createBurnRateAlarms>[1],
): cloudwatch.CompositeAlarm {
  const { loadBalancer, objectives, runbookBaseUrl } = input;
  const threshold = Number((factor * (100 - objectives.availabilityPercent)).toPrecision(6));
  const over = (id: string, window: Duration): cloudwatch.Alarm =>
    new cloudwatch.Alarm(scope, `${name}${id}`, {
      metric: errorPercent(loadBalancer, window),
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `Half of ${name}; calls nobody by itself.`,
    });
  const windows = [over('LongWindow', longWindow), over('ShortWindow', shortWindow)];
  return new cloudwatch.CompositeAlarm(scope, name, {
    alarmRule: cloudwatch.AlarmRule.allOf(
      ...windows.map((alarm) => cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.ALARM)),
    ),
    alarmDescription: describeAlarm(
      {
        name,
        severity: 'critical',
        summary: `At this rate the month's error budget of ${objectives.availabilityPercent} % is gone in ${goneIn}.`,
        runbook: 'load-balancer-errors',
      },
      runbookBaseUrl,
    ),
  });
}
