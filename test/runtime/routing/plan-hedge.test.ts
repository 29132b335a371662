import type { HedgingConfig } from '../../../lib/config/gateway-config';
import { planHedgeDelayMs, reduceFirstByte } from '../../../runtime/routing/plan-hedge';
import type { FirstByteTimes } from '../../../runtime/routing/plan-hedge';

const HEDGING: HedgingConfig = { afterMs: 500, afterPercentile: null, most: 1, mostPriority: 0 };
/** 1 ms, 2 ms … 100 ms. */
const TIMES: FirstByteTimes = Array.from({ length: 100 }, (_, index) => index + 1);

describe('planHedgeDelayMs', () => {
  it('never doubles an attempt unless it is told to', () => {
    expect(planHedgeDelayMs({ hedging: null, priority: 0, times: TIMES })).toBeNull();
  });

  it('waits the time that is given', () => {
    expect(planHedgeDelayMs({ hedging: HEDGING, priority: 0, times: [] })).toBe(500);
  });

  it('leaves less urgent calls alone', () => {
    expect(planHedgeDelayMs({ hedging: HEDGING, priority: 1, times: [] })).toBeNull();
  });

  it('waits as long as the given share of recent answers took, once there are enough of them', () => {
    const hedging = { ...HEDGING, afterMs: null, afterPercentile: 95 };
    expect(planHedgeDelayMs({ hedging, priority: 0, times: TIMES })).toBe(95);
    expect(planHedgeDelayMs({ hedging, priority: 0, times: TIMES.slice(0, 19) })).toBeNull();
  });

  it('takes the later of two bounds', () => {
    const hedging = { ...HEDGING, afterPercentile: 95 };
    expect(planHedgeDelayMs({ hedging, priority: 0, times: TIMES })).toBe(500);
    const early = { ...hedging, afterMs: 10 };
    expect(planHedgeDelayMs({ hedging: early, priority: 0, times: TIMES })).toBe(95);
  });
});

describe('reduceFirstByte', () => {
  it('keeps the last two hundred', () => {
    const times = Array.from({ length: 300 }).reduce<FirstByteTimes>(
      (before, _, index) => reduceFirstByte(before, index),
      [],
    );
    expect(times).toHaveLength(200);
    expect(times.at(-1)).toBe(299);
  });
});
