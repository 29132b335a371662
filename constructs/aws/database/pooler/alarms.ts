import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabasePlan } from '../../../../lib';
import { ALARM_PERIOD, type AlarmPlan } from '../../foundation/alarm';

/** The proxy finds the primary by itself; less than half of its checks going well is no failover any more. */
const LOW_AVAILABILITY_PERCENT = 50;
/** Metrics are in microseconds. The gateway gives up after ten seconds. */
const LONG_WAIT_SECONDS = 1;
const MICROSECONDS_PER_SECOND = 1_000_000;
/** From here on what is held by single clients is missed by the others. */
const HELD_PERCENT = 10;

type Dimensions = Readonly<Record<string, string>>;

/** What metrics of a proxy are looked up by: RDS keeps some for the whole of it, and some for each role of a server. */
export interface PoolerDimensions {
  readonly proxy: Dimensions;
  readonly primary: Dimensions;
}

/**
 * Whether the proxy leads to a database, at once, and lends what it has.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
 */
export function planPoolerAlarms(
  dimensions: PoolerDimensions,
  { maxConnections, pooler }: DatabasePlan,
): readonly AlarmPlan[] {
  if (pooler?.kind !== 'share') return [];
  const metric = (metricName: string, statistic: string, dimensionsMap: Dimensions): Metric =>
    new Metric({
      namespace: 'AWS/RDS',
      metricName,
      dimensionsMap: { ...dimensionsMap },
      statistic,
      period: ALARM_PERIOD,
    });
  const held = Math.floor((maxConnections * pooler.maxConnectionsPercent * HELD_PERCENT) / 10_000);
  return [
    {
      name: 'DatabasePoolerAway',
      severity: 'critical',
      metric: metric('AvailabilityPercentage', 'Average', dimensions.primary),
      breach: 'below',
      threshold: LOW_AVAILABILITY_PERCENT,
      periods: 3,
      silence: 'fine',
      summary: 'The proxy of the database does not reach the primary.',
      runbook: 'database-pooler',
    },
    {
      name: 'DatabasePoolerWait',
      severity: 'warning',
      metric: metric('DatabaseConnectionsBorrowLatency', 'Average', dimensions.proxy),
      breach: 'above',
      threshold: LONG_WAIT_SECONDS * MICROSECONDS_PER_SECOND,
      periods: 5,
      silence: 'fine',
      summary: `Statements wait more than ${LONG_WAIT_SECONDS} s for a connection of the database's proxy.`,
      runbook: 'database-pooler',
    },
    {
      name: 'DatabasePoolerHeld',
      severity: 'warning',
      metric: metric('DatabaseConnectionsCurrentlySessionPinned', 'Sum', dimensions.proxy),
      breach: 'above',
      threshold: held,
      periods: 15,
      silence: 'fine',
      summary: `Clients keep more than ${held} connections of the database's proxy to themselves.`,
      runbook: 'database-pooler',
    },
  ];
}
