import type { AutoscalingSpec } from '../spec/spec';

/** How many replicas run, and when that changes. Exactly one scaler owns the number. */
export type AutoscalingPlan = AutoscalingSpec;

export interface AutoscalingOutputs {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}
