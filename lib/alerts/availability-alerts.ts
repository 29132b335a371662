import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope } from './alert-scope';

/** Whether the replicas are there. */
export function planAvailabilityAlerts(scope: AlertScope): readonly Alert[] {
  const up = renderSelector('up', scope.gateway);
  const served = renderSelector(GATEWAY_METRICS.requests, scope.gateway, 'status="success"');
  return [
    {
      name: 'InstanceDown',
      group: 'availability',
      severity: 'critical',
      // Targets that are discovered vanish together with what they were: then there is nothing left that could be 0.
      expr: `${up} == 0 or absent(${up})`,
      forSeconds: 120,
      summary:
        '{{ with $labels.instance }}LiteLLM instance {{ . }} is down' +
        '{{ else }}No LiteLLM instance is known to Prometheus{{ end }}',
      description:
        'Prometheus gets no answer. With one instance down the others serve; with none known, nobody is served.',
      runbook: 'instance-down',
    },
    {
      name: 'ReplicasBelowMinimum',
      group: 'availability',
      severity: 'critical',
      expr: `(${renderReadyReplicas(scope)}) < ${scope.minReplicas}`,
      forSeconds: 300,
      summary: `{{ $value }} of at least ${scope.minReplicas} LiteLLM replicas are ready`,
      description:
        'The minimum is what the gateway needs to lose a zone. Below it, the next failure is one that users feel.',
      runbook: 'replicas-below-minimum',
    },
    {
      name: 'UncaughtError',
      group: 'availability',
      severity: 'critical',
      expr: `${renderSelector(GATEWAY_METRICS.uncaughtErrors, scope.gateway)} > 0`,
      // The process drains and ends: whoever waits for a second scrape may never see it.
      forSeconds: 0,
      summary:
        'LiteLLM instance {{ $labels.instance }} met an error that nobody caught, and drains',
      description:
        'It ends once its calls are served, and another takes its place. What throws again takes down one after the other.',
      runbook: 'uncaught-error',
    },
    {
      name: 'GatewayMetricsMissing',
      group: 'availability',
      severity: 'warning',
      expr: `${up} == 1 unless on (job, instance) ${served}`,
      forSeconds: 600,
      summary: 'LiteLLM instance {{ $labels.instance }} answers without the metrics of the gateway',
      description:
        'Errors and latency of this instance are invisible: no alert on them can go off, however bad they are.',
      runbook: 'gateway-metrics-missing',
    },
  ];
}

/** What Kubernetes calls ready, or else what answers Prometheus, or else nothing at all: that is none, not silence. */
function renderReadyReplicas({ gateway, kubernetes }: AlertScope): string {
  const counts = [`count(${renderSelector('up', gateway)} == 1)`, 'vector(0)'];
  if (kubernetes === null) return counts.join(' or ');
  const { namespace, workloadName } = kubernetes;
  const ready = renderSelector('kube_deployment_status_replicas_ready', {
    namespace,
    deployment: workloadName,
  });
  return [`sum(${ready})`, ...counts].join(' or ');
}
