import { z } from 'zod';
import { customResource, labels, promDuration, text } from './fields';

const API = 'monitoring.coreos.com/v1';

const endpoint = z.strictObject({
  port: text,
  path: z.string().startsWith('/'),
  interval: promDuration,
  scrapeTimeout: promDuration,
  relabelings: z.array(
    z.strictObject({
      action: z.enum(['replace', 'keep', 'drop', 'labelmap']),
      targetLabel: text,
      replacement: text,
    }),
  ),
});
const targets = {
  namespaceSelector: z.strictObject({ matchNames: z.array(text) }),
  selector: z.strictObject({ matchLabels: labels }),
};
const rule = z.strictObject({
  alert: text,
  expr: text,
  for: promDuration.optional(),
  labels: labels.optional(),
  annotations: labels.optional(),
});

/** Prometheus Operator 0.80, https://prometheus-operator.dev/docs/api-reference/api/ */
export const PROMETHEUS_OPERATOR = [
  customResource(
    API,
    'ServiceMonitor',
    z.strictObject({ ...targets, endpoints: z.array(endpoint) }),
  ),
  customResource(
    API,
    'PodMonitor',
    z.strictObject({ ...targets, podMetricsEndpoints: z.array(endpoint) }),
  ),
  customResource(
    API,
    'PrometheusRule',
    z.strictObject({
      groups: z.array(z.strictObject({ name: text, rules: z.array(rule).min(1) })).min(1),
    }),
  ),
];
