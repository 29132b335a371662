import { z } from 'zod';
import { count, customResource, labels, text } from './fields';

const pace = z.strictObject({
  stabilizationWindowSeconds: z.int().min(0).max(3600),
  policies: z.array(
    z.strictObject({
      type: z.enum(['Pods', 'Percent']),
      value: z.int().min(1),
      periodSeconds: z.int().min(1).max(1800),
    }),
  ),
});

/** KEDA 2.17, https://keda.sh/docs/2.17/reference/scaledobject-spec/ */
export const KEDA = [
  customResource(
    'keda.sh/v1alpha1',
    'ScaledObject',
    z.strictObject({
      scaleTargetRef: z.strictObject({ apiVersion: text, kind: text, name: text }),
      minReplicaCount: count,
      maxReplicaCount: count,
      pollingInterval: count,
      cooldownPeriod: count,
      fallback: z.strictObject({ failureThreshold: count, replicas: count }),
      advanced: z.strictObject({
        horizontalPodAutoscalerConfig: z.strictObject({
          behavior: z.strictObject({ scaleUp: pace, scaleDown: pace }),
        }),
      }),
      triggers: z
        .array(
          z.strictObject({
            type: z.enum(['prometheus', 'cpu', 'memory']),
            metricType: z.enum(['AverageValue', 'Value', 'Utilization']).optional(),
            metadata: labels,
          }),
        )
        .min(1),
    }),
  ),
];
