import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlertSeverity } from '../../../lib/alerts';

/** One reason to call somebody, in CloudWatch's terms, and where it says what to do then. */
export interface AlarmPlan {
  /** Id of the construct, and what a page shows. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly metric: cloudwatch.IMetric;
  readonly breach: 'above' | 'below';
  readonly threshold: number;
  /** How many periods of the metric in a row must breach. */
  readonly periods: number;
  /** `fine`: no data means that nothing happened. `breach`: what should report does not. */
  readonly silence: 'fine' | 'breach';
  /** What users feel, or will feel. */
  readonly summary: string;
  /** Name of the file in `docs/runbooks/aws`, without its ending. */
  readonly runbook: string;
}

/** How often alarms look. Metrics of the load balancer, RDS and ElastiCache come once a minute. */
export const ALARM_PERIOD = Duration.minutes(1);

export function createAlarm(
  scope: Construct,
  plan: AlarmPlan,
  runbookBaseUrl: string,
): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, plan.name, {
    metric: plan.metric,
    threshold: plan.threshold,
    evaluationPeriods: plan.periods,
    comparisonOperator:
      plan.breach === 'above'
        ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData:
      plan.silence === 'fine'
        ? cloudwatch.TreatMissingData.NOT_BREACHING
        : cloudwatch.TreatMissingData.BREACHING,
    alarmDescription: describeAlarm(plan, runbookBaseUrl),
  });
}

/** What a page shows, with the way to the runbook. */
export function describeAlarm(
  {
    name,
    severity,
    summary,
    runbook,
  }: Pick<AlarmPlan, 'name' | 'severity' | 'summary' | 'runbook'>,
  runbookBaseUrl: string,
): string {
  return `${name} (${severity}): ${summary} Runbook: ${runbookBaseUrl}/aws/${runbook}.md`;
}

/** The worst of several nodes, so that one alarm watches all of them. CloudWatch takes ten metrics in one expression. */
export function worstOf(metrics: readonly cloudwatch.IMetric[], label: string): cloudwatch.IMetric {
  return joinMetrics('MAX', metrics, label);
}

/** The same where the least is the worst. Who has stopped to report is left out, so silence must be fine. */
export function leastOf(metrics: readonly cloudwatch.IMetric[], label: string): cloudwatch.IMetric {
  return joinMetrics('MIN', metrics, label);
}

function joinMetrics(
  operator: 'MAX' | 'MIN',
  metrics: readonly cloudwatch.IMetric[],
  label: string,
): cloudwatch.IMetric {
  const [first, ...rest] = metrics;
  if (first === undefined) throw new Error(`${label}: nothing to take the worst of`);
  if (rest.length === 0) return first;
  const named = metrics.map((metric, index) => [`node${index + 1}`, metric] as const);
  return new cloudwatch.MathExpression({
    expression: `${operator}([${named.map(([name]) => name).join(', ')}])`,
    usingMetrics: Object.fromEntries(named),
    period: ALARM_PERIOD,
    label,
  });
}
