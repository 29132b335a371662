import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { LoadBalancer } from './load-balancer';

/** Requests that reached a replica. */
export function requests({ resource }: LoadBalancer, period: Duration): cloudwatch.Metric {
  return resource.metrics.requestCount({ period, statistic: 'Sum' });
}

/** Failures that the load balancer made up itself: no healthy replica, or one that hung up. */
export function loadBalancerErrors(
  { resource }: LoadBalancer,
  period: Duration,
): cloudwatch.Metric {
  return resource.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period, statistic: 'Sum' });
}

/** Failures that replicas answered. */
export function replicaErrors({ resource }: LoadBalancer, period: Duration): cloudwatch.Metric {
  return resource.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, {
    period,
    statistic: 'Sum',
  });
}

export type ResponseTimeStatistic = 'p50' | 'p95' | 'p99' | 'Average';

/** From the whole request until the first byte of the answer. For streams that is the first token. */
export function responseTime(
  { resource }: LoadBalancer,
  period: Duration,
  statistic: ResponseTimeStatistic,
): cloudwatch.Metric {
  return resource.metrics.targetResponseTime({ period, statistic });
}

/**
 * Share of failed requests, in percent. Requests that found no replica are no `RequestCount`, so they are added to it:
 * with all replicas gone it is 100, not a division by nothing.
 */
export function errorPercent(
  loadBalancer: LoadBalancer,
  period: Duration,
): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression:
      'IF(FILL(requests, 0) + FILL(refused, 0) > 0, ' +
      '100 * (FILL(refused, 0) + FILL(failed, 0)) / (FILL(requests, 0) + FILL(refused, 0)), 0)',
    usingMetrics: {
      requests: requests(loadBalancer, period),
      refused: loadBalancerErrors(loadBalancer, period),
      failed: replicaErrors(loadBalancer, period),
    },
    period,
    label: 'Failed requests (%)',
  });
}

/** Requests being served, by Little's law: how many come in a second, times how many seconds each takes to begin. */
export function inFlight(loadBalancer: LoadBalancer, period: Duration): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'FILL(requests, 0) / PERIOD(requests) * FILL(seconds, 0)',
    usingMetrics: {
      requests: requests(loadBalancer, period),
      seconds: responseTime(loadBalancer, period, 'Average'),
    },
    period,
    label: 'Requests in flight',
  });
}
