import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope } from './alert-scope';

/** Whether answers come in time. Without traffic there is no latency, so these are silent then. */
export function planLatencyAlerts(scope: AlertScope): readonly Alert[] {
  const { latencySeconds, firstTokenSeconds } = scope.objectives;
  return [
    {
      name: 'HighLatency',
      group: 'latency',
      severity: 'warning',
      expr: `${renderQuantile(scope, GATEWAY_METRICS.requestLatency, 0.95)} > ${latencySeconds}`,
      forSeconds: 600,
      summary: `P95 latency above ${latencySeconds} s: {{ $value | humanizeDuration }}`,
      description: 'One in twenty answers takes longer than was agreed, from request to last byte.',
      runbook: 'high-latency',
    },
    {
      name: 'SlowFirstToken',
      group: 'latency',
      severity: 'warning',
      expr: `${renderQuantile(scope, GATEWAY_METRICS.timeToFirstToken, 0.95)} > ${firstTokenSeconds}`,
      forSeconds: 600,
      summary: `P95 time to first token above ${firstTokenSeconds} s: {{ $value | humanizeDuration }}`,
      description: 'Providers are slow to begin. Users of streams see nothing move for this long.',
      runbook: 'slow-first-token',
    },
  ];
}

/** A quantile over all replicas and models, of the last five minutes. */
export function renderQuantile({ gateway }: AlertScope, metric: string, quantile: number): string {
  const buckets = renderSelector(`${metric}_bucket`, gateway);
  return `histogram_quantile(${quantile}, sum by (le) (rate(${buckets}[5m])))`;
}
