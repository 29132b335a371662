import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmPlan } from '../foundation/alarm';
import type { LoadBalancer } from '../load-balancer/load-balancer';
import { errorPercent, inFlight, requests, responseTime } from '../load-balancer/metrics';

const PERIOD = Duration.minutes(1);
const WIDTH = 8;

/** What to look at first: traffic and failures, then each part that has alarms, with the line at which they go off. */
export function createDashboard(
  scope: Construct,
  input: {
    readonly loadBalancer: LoadBalancer;
    readonly alarms: readonly cloudwatch.AlarmBase[];
    readonly plans: readonly AlarmPlan[];
  },
): cloudwatch.Dashboard {
  const { loadBalancer, alarms, plans } = input;
  return new cloudwatch.Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.hours(3),
    widgets: [
      [
        new cloudwatch.AlarmStatusWidget({
          title: 'Alarms',
          alarms: [...alarms],
          width: WIDTH * 3,
        }),
      ],
      [
        graph('Requests', [requests(loadBalancer, PERIOD)]),
        graph('Failed requests', [errorPercent(loadBalancer, PERIOD)]),
        graph('Requests in flight', [inFlight(loadBalancer, PERIOD)]),
      ],
      [
        graph('Until the first byte', [
          responseTime(loadBalancer, PERIOD, 'p50'),
          responseTime(loadBalancer, PERIOD, 'p95'),
          responseTime(loadBalancer, PERIOD, 'p99'),
        ]),
        ...plans.map((plan) => graph(plan.name, [plan.metric], plan.threshold)),
      ],
    ],
  });
}

function graph(
  title: string,
  left: cloudwatch.IMetric[],
  threshold?: number,
): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title,
    left,
    width: WIDTH,
    leftYAxis: { min: 0 },
    ...(threshold === undefined ? {} : { leftAnnotations: [{ value: threshold, label: 'alarm' }] }),
  });
}
