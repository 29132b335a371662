import { z } from 'zod';

/** Fields that several custom resources have. Objects are strict: a field that is not listed is refused. */
export const text = z.string().min(1);
export const count = z.int().min(0);
export const labels = z.record(z.string(), z.string());
/** Prometheus's form, such as `15s`. */
export const promDuration = z.string().regex(/^(\d+(ms|[smhdwy]))+$/);
/** Go's form, such as `1h0m0s` or `60s`. */
export const goDuration = z.string().regex(/^(\d+(\.\d+)?(ms|h|m|s))+$/);
export const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi|Ti)?$/);
export const port = z.int().min(1).max(65535);
export const secretKey = z.strictObject({ name: text, key: text });

export const resources = z.strictObject({
  requests: z.record(z.enum(['cpu', 'memory']), quantity),
  limits: z.partialRecord(z.enum(['cpu', 'memory']), quantity),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (1.34) */
export const topologySpread = z.strictObject({
  maxSkew: z.int().min(1),
  topologyKey: text,
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
  labelSelector: z.strictObject({ matchLabels: labels }),
  matchLabelKeys: z.array(text).optional(),
  nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional(),
});

/** A namespaced custom resource. */
export function customResource(apiVersion: string, kind: string, spec: z.ZodType): z.ZodType {
  return z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: z.strictObject({
      name: z
        .string()
        .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
        .max(253),
      namespace: text,
      labels: labels.optional(),
      annotations: labels.optional(),
    }),
    spec,
  });
}
