import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope } from './alert-scope';

/** Whether there is room left. */
export function planSaturationAlerts(scope: AlertScope): readonly Alert[] {
  const select = (name: string): string => renderSelector(name, scope.gateway);
  return [
    {
      name: 'GatewaySaturated',
      group: 'saturation',
      severity: 'warning',
      expr: `sum(${select(GATEWAY_METRICS.inFlight)}) / sum(${select(GATEWAY_METRICS.concurrencyLimit)}) > 0.8`,
      forSeconds: 300,
      summary: 'The gateway serves {{ $value | humanizePercentage }} of the requests it can hold',
      description: 'Beyond the limit requests are refused with 503, those of low priority first.',
      runbook: 'gateway-saturated',
    },
    {
      name: 'RequestsShed',
      group: 'saturation',
      severity: 'warning',
      expr: `sum(rate(${select(GATEWAY_METRICS.shedRequests)}[5m])) > 0`,
      forSeconds: 300,
      summary: 'The gateway refuses {{ $value | humanize }} requests per second for want of room',
      description: 'Callers get 503 `gateway_overloaded` and are asked to come again.',
      runbook: 'requests-shed',
    },
    {
      name: 'EventLoopLag',
      group: 'saturation',
      severity: 'warning',
      expr: `avg_over_time(${select(GATEWAY_METRICS.eventLoopLag)}[5m]) > 0.1`,
      forSeconds: 300,
      summary: 'LiteLLM instance {{ $labels.instance }} is {{ $value | humanizeDuration }} behind',
      description: 'Its one core is busy: every token of every stream waits this long.',
      runbook: 'event-loop-lag',
    },
    {
      name: 'AutoscalerAtMaximum',
      group: 'saturation',
      severity: 'warning',
      expr: `(${renderReplicas(scope)}) >= ${scope.maxReplicas}`,
      forSeconds: 900,
      summary: `All ${scope.maxReplicas} LiteLLM replicas that the autoscaler may start are running`,
      description: 'More load finds no more replicas. What comes next is saturation.',
      runbook: 'autoscaler-at-maximum',
    },
  ];
}

/** What the autoscaler counts, or else what answers Prometheus. */
function renderReplicas({ gateway, kubernetes }: AlertScope): string {
  const answering = `count(${renderSelector('up', gateway)} == 1)`;
  if (kubernetes === null) return answering;
  const { namespace, workloadName } = kubernetes;
  const current = renderSelector('kube_horizontalpodautoscaler_status_current_replicas', {
    namespace,
    horizontalpodautoscaler: workloadName,
  });
  return `sum(${current}) or ${answering}`;
}
