import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM_PERIOD, type AlarmPlan } from '../../foundation/alarm';
import type { Database } from '../database';
import { DistributedDatabase } from './database';

/** Ours: what meets another one is tried five times in all, so of ten in a hundred one in a hundred thousand is left then. */
const CONFLICT_PERCENT = 10;

/**
 * Aurora DSQL has no processor, connections or disk of its own that could run out; it has transactions that meet, and some
 * that take too long.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/cloudwatch-monitoring.html
 */
export function planDistributedDatabaseAlarms(database: Database): readonly AlarmPlan[] {
  if (!(database instanceof DistributedDatabase)) return [];
  const sum = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/AuroraDSQL',
      metricName,
      dimensionsMap: { ClusterId: database.clusterId },
      statistic: 'Sum',
      period: ALARM_PERIOD,
    });
  return [
    {
      name: 'DatabaseConflicts',
      severity: 'warning',
      metric: new MathExpression({
        // Nobody conflicts where nothing runs.
        expression: 'IF(transactions > 0, 100 * conflicts / transactions, 0)',
        usingMetrics: {
          conflicts: sum('OccConflicts'),
          transactions: sum('TotalTransactions'),
        },
        label: 'Transactions that met another one (%)',
        period: ALARM_PERIOD,
      }),
      breach: 'above',
      threshold: CONFLICT_PERCENT,
      periods: 15,
      silence: 'fine',
      summary: `More than ${CONFLICT_PERCENT} % of the transactions of the database met another one and were repeated.`,
      runbook: 'database-conflicts',
    },
    {
      name: 'DatabaseTimeouts',
      severity: 'warning',
      metric: sum('QueryTimeouts'),
      breach: 'above',
      threshold: 0,
      periods: 5,
      silence: 'fine',
      summary:
        'Statements on the database take longer than the five minutes that it gives a transaction.',
      runbook: 'database-conflicts',
    },
  ];
}
