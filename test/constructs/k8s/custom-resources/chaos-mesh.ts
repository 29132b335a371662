import { z } from 'zod';
import { count, customResource, goDuration, labels, text } from './fields';

const API = 'chaos-mesh.org/v1alpha1';

const victims = {
  mode: z.enum(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent']),
  selector: z.strictObject({ namespaces: z.array(text).min(1), labelSelectors: labels }),
};
const duration = goDuration.optional();
const percent = z.string().regex(/^\d{1,3}$/);

function schedule<Type extends string, Field extends z.ZodRawShape>(type: Type, field: Field) {
  return z.strictObject({
    schedule: z.string().regex(/^(\S+ ){4}\S+$/),
    historyLimit: count,
    concurrencyPolicy: z.enum(['Forbid', 'Allow']),
    type: z.literal(type),
    ...field,
  });
}

const EXPERIMENTS = [
  schedule('PodChaos', {
    podChaos: z.strictObject({
      ...victims,
      action: z.enum(['pod-kill', 'pod-failure', 'container-kill']),
      duration,
      gracePeriod: count.optional(),
      containerNames: z.array(text).optional(),
    }),
  }),
  schedule('NetworkChaos', {
    networkChaos: z.strictObject({
      ...victims,
      action: z.enum(['partition', 'delay', 'loss']),
      direction: z.enum(['to', 'from', 'both']),
      target: z.strictObject(victims).optional(),
      externalTargets: z.array(text).optional(),
      delay: z
        .strictObject({ latency: goDuration, jitter: goDuration, correlation: percent })
        .optional(),
      loss: z.strictObject({ loss: percent, correlation: percent }).optional(),
      duration: goDuration,
    }),
  }),
  schedule('DNSChaos', {
    dnsChaos: z.strictObject({
      ...victims,
      action: z.enum(['error', 'random']),
      patterns: z.array(text),
      duration: goDuration,
    }),
  }),
  schedule('StressChaos', {
    stressChaos: z.strictObject({
      ...victims,
      containerNames: z.array(text),
      stressors: z.strictObject({
        cpu: z.strictObject({ workers: count, load: count }).optional(),
        memory: z.strictObject({ workers: count, size: text }).optional(),
      }),
      duration: goDuration,
    }),
  }),
  schedule('TimeChaos', {
    timeChaos: z.strictObject({
      ...victims,
      containerNames: z.array(text),
      timeOffset: z.string().regex(/^-?\d+(ms|[smh])$/),
      clockIds: z.array(text),
      duration: goDuration,
    }),
  }),
] as const;

/** Chaos Mesh 2.7, https://chaos-mesh.org/docs/define-scheduling-rules/ and the page of each experiment. */
export const CHAOS_MESH = [
  customResource(API, 'Schedule', z.discriminatedUnion('type', EXPERIMENTS)),
];
