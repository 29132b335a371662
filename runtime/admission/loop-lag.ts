import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How busy the event loop is: the one resource that every request of this process shares. */
export interface LoopLag {
  /** Mean lag since the last reading. Unit: milliseconds. */
  readMs(): number;
  stop(): void;
}

const RESOLUTION_MS = 10;
const NANOSECONDS = 1e6;

/** Node's own measure. The mean, because one collection of garbage makes a large maximum and no overload. */
export function createLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    readMs: () => {
      const { mean } = histogram;
      histogram.reset();
      // Without a single sample there is no mean; the timer itself takes its resolution.
      return Number.isNaN(mean) ? 0 : Math.max(0, mean / NANOSECONDS - RESOLUTION_MS);
    },
    stop: () => void histogram.disable(),
  };
}
