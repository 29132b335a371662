/** One measurement of a deployment. */
export interface Sample {
  readonly value: number;
  readonly atMs: number;
  /** `penalty`: put in for a request that never came to a measurement. */
  readonly kind: 'measured' | 'penalty';
}

/** LiteLLM's sample for a timeout, worse than any answer. Unit: seconds per token. */
export const TIMEOUT_PENALTY = 1_000;
/** After so long a penalty weighs half, so that one bad minute does not cost a deployment its hour. */
const PENALTY_HALF_LIFE_MS = 10_000;

/** A window that slides. (LiteLLM's, once full, overwrites its last sample again and again and keeps nine old ones.) */
export function reduceSamples(
  samples: readonly Sample[],
  sample: Sample,
  listSize: number,
): readonly Sample[] {
  const kept = samples.length < listSize ? samples : samples.slice(samples.length - listSize + 1);
  return [...kept, sample];
}

export interface MeanContext {
  readonly nowMs: number;
  readonly ttlSeconds: number;
}

/** Null: nothing was measured lately. */
export function selectMean(samples: readonly Sample[], context: MeanContext): number | null {
  const oldestMs = context.nowMs - context.ttlSeconds * 1000;
  const values = samples
    .filter(({ atMs }) => atMs >= oldestMs)
    .map((sample) => selectValue(sample, context.nowMs));
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function selectValue({ kind, value, atMs }: Sample, nowMs: number): number {
  return kind === 'measured' ? value : value * 0.5 ** ((nowMs - atMs) / PENALTY_HALF_LIFE_MS);
}
