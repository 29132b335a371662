import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM_PERIOD, type AlarmPlan } from '../foundation/alarm';
import type { ComputeInUse } from './create-compute';

/** Above what autoscaling aims for and below what makes answers slow: here it should have acted. */
const BUSY_PERCENT = 80;

/**
 * Whether there are as many replicas as are wanted, and whether those suffice. Only ECS tells CloudWatch of that by itself;
 * of pods the load balancer tells how many are healthy, and the cluster the rest.
 */
export function planReplicaAlarms(compute: ComputeInUse): readonly AlarmPlan[] {
  if (compute.kind !== 'fargate') return [];
  const { cluster, resource } = compute;
  const tasks = (metricName: string): cloudwatch.Metric =>
    new cloudwatch.Metric({
      namespace: 'ECS/ContainerInsights',
      metricName,
      dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: resource.serviceName },
      statistic: 'Average',
      period: ALARM_PERIOD,
    });
  return [
    {
      name: 'ReplicasMissing',
      severity: 'critical',
      metric: new cloudwatch.MathExpression({
        expression: 'desired - running',
        usingMetrics: { desired: tasks('DesiredTaskCount'), running: tasks('RunningTaskCount') },
        period: ALARM_PERIOD,
        label: 'Replicas that are wanted and do not run',
      }),
      breach: 'above',
      threshold: 0,
      periods: 10,
      // A cluster that is brought may keep no Container Insights.
      silence: 'fine',
      summary: 'Fewer replicas run than autoscaling wants.',
      runbook: 'replicas-short',
    },
    {
      name: 'ReplicasBusy',
      severity: 'warning',
      metric: resource.metricCpuUtilization({ period: ALARM_PERIOD, statistic: 'Average' }),
      breach: 'above',
      threshold: BUSY_PERCENT,
      periods: 10,
      silence: 'fine',
      summary: `Replicas use more than ${BUSY_PERCENT} % of their processors: autoscaling does not keep up.`,
      runbook: 'replicas-short',
    },
  ];
}
