import { Duration } from 'aws-cdk-lib';
import type { MonitoringPlan } from '../../../lib';
import { ALARM_PERIOD, type AlarmPlan } from '../foundation/alarm';
import type { LoadBalancer } from './load-balancer';
import { errorPercent, responseTime } from './metrics';

/** One request in a hundred may take this many times as long as one in twenty before it is called slow. */
const TAIL_FACTOR = 2;

/**
 * ACM renews by itself 45 days before the end or sooner. Two weeks later something keeps it from that, and a month is left
 * to mend it.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
 */
const CERTIFICATE_DAYS = 30;

/** Whether clients are answered, and in time. */
export function planLoadBalancerAlarms(
  loadBalancer: LoadBalancer,
  objectives: MonitoringPlan,
  zones: number,
): readonly AlarmPlan[] {
  const { resource, targetGroup } = loadBalancer;
  const { latencySeconds } = objectives;
  return [
    {
      name: 'LoadBalancerErrors',
      severity: 'critical',
      metric: errorPercent(loadBalancer, ALARM_PERIOD),
      breach: 'above',
      threshold: objectives.errorPercent,
      periods: 5,
      silence: 'fine',
      summary: `More than ${objectives.errorPercent} % of the requests fail.`,
      runbook: 'load-balancer-errors',
    },
    {
      name: 'ReplicasBelowZones',
      severity: 'critical',
      metric: targetGroup.metrics.healthyHostCount({ period: ALARM_PERIOD, statistic: 'Minimum' }),
      breach: 'below',
      threshold: zones,
      periods: 5,
      silence: 'breach',
      summary: `Fewer healthy replicas than the ${zones} zones: losing one more zone may lose requests.`,
      runbook: 'unhealthy-replicas',
    },
    {
      name: 'UnhealthyReplicas',
      severity: 'warning',
      metric: targetGroup.metrics.unhealthyHostCount({
        period: ALARM_PERIOD,
        statistic: 'Maximum',
      }),
      breach: 'above',
      threshold: 0,
      periods: 5,
      silence: 'fine',
      summary: 'A replica fails its probe and gets no requests.',
      runbook: 'unhealthy-replicas',
    },
    {
      name: 'SlowResponses',
      severity: 'warning',
      metric: responseTime(loadBalancer, ALARM_PERIOD, 'p95'),
      breach: 'above',
      threshold: latencySeconds,
      periods: 10,
      silence: 'fine',
      summary: `One answer in twenty takes longer than ${latencySeconds} s to begin.`,
      runbook: 'slow-responses',
    },
    {
      name: 'SlowestResponses',
      severity: 'warning',
      metric: responseTime(loadBalancer, ALARM_PERIOD, 'p99'),
      breach: 'above',
      threshold: latencySeconds * TAIL_FACTOR,
      periods: 15,
      silence: 'fine',
      summary: `One answer in a hundred takes longer than ${latencySeconds * TAIL_FACTOR} s to begin.`,
      runbook: 'slow-responses',
    },
    {
      name: 'RejectedConnections',
      severity: 'critical',
      metric: resource.metrics.rejectedConnectionCount({ period: ALARM_PERIOD, statistic: 'Sum' }),
      breach: 'above',
      threshold: 0,
      periods: 2,
      silence: 'fine',
      summary: 'The load balancer has reached its number of connections and refuses clients.',
      runbook: 'load-balancer-errors',
    },
    {
      name: 'CertificateExpires',
      severity: 'warning',
      metric: loadBalancer.certificate.metricDaysToExpiry({
        period: Duration.days(1),
        statistic: 'Minimum',
      }),
      breach: 'below',
      threshold: CERTIFICATE_DAYS,
      periods: 1,
      // ACM counts twice a day, and a new certificate not at once.
      silence: 'fine',
      summary: `The certificate ends in less than ${CERTIFICATE_DAYS} days and was not renewed.`,
      runbook: 'certificate-expires',
    },
  ];
}
