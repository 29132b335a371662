/** An average that rises at once and falls slowly: a deployment that turns slow is left at once. */
export interface PeakEwma {
  readonly valueMs: number;
  readonly atMs: number;
}

/** Finagle's: the weight of what was measured falls to a third in ten seconds. */
const DECAY_MS = 10_000;

export function reducePeak(
  before: PeakEwma | null,
  { valueMs, nowMs }: { readonly valueMs: number; readonly nowMs: number },
): PeakEwma {
  if (before === null || valueMs >= before.valueMs) return { valueMs, atMs: nowMs };
  const weight = Math.exp(-(nowMs - before.atMs) / DECAY_MS);
  return { valueMs: before.valueMs * weight + valueMs * (1 - weight), atMs: nowMs };
}

/** What is left of the average after a silence: whoever was too slow is asked again some day. */
export function selectPeakMs({ valueMs, atMs }: PeakEwma, nowMs: number): number {
  return valueMs * Math.exp(-(nowMs - atMs) / DECAY_MS);
}
