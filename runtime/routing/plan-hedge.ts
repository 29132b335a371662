import type { HedgingConfig } from '../../lib/config/gateway-config';

/** How long recent answers of a model took to begin, newest last. Unit: milliseconds. */
export type FirstByteTimes = readonly number[];

const MOST_TIMES = 200;
/** A percentile of less says nothing. */
const LEAST_TIMES = 20;

export function reduceFirstByte(times: FirstByteTimes, firstByteMs: number): FirstByteTimes {
  return [...times.slice(-(MOST_TIMES - 1)), firstByteMs];
}

export interface HedgeContext {
  readonly hedging: HedgingConfig | null;
  /** The call's own; 0 is the most urgent. */
  readonly priority: number;
  readonly times: FirstByteTimes;
}

/** When to ask a second deployment, or null for never. With both bounds the later one counts: it costs less. */
export function planHedgeDelayMs({ hedging, priority, times }: HedgeContext): number | null {
  if (hedging === null || priority > hedging.mostPriority) return null;
  const { afterMs, afterPercentile } = hedging;
  if (afterPercentile === null) return afterMs;
  const percentileMs = selectPercentile(times, afterPercentile);
  if (percentileMs === null) return afterMs;
  return Math.max(percentileMs, afterMs ?? 0);
}

function selectPercentile(times: FirstByteTimes, percentile: number): number | null {
  if (times.length < LEAST_TIMES) return null;
  const sorted = [...times].sort((a, b) => a - b);
  return (
    sorted[Math.min(sorted.length - 1, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? null
  );
}
