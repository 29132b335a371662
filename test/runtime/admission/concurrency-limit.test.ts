import fc from 'fast-check';
import { reduceLimit } from '../../../runtime/admission/concurrency-limit';
import type { ConcurrencyLimit, LimitSample } from '../../../runtime/admission/concurrency-limit';

const BOUNDS = { least: 20, most: 10_000 };

function sampleTimes(times: number, from: ConcurrencyLimit, sample: LimitSample): ConcurrencyLimit {
  let state = from;
  for (let count = 0; count < times; count += 1) state = reduceLimit(state, sample, BOUNDS);
  return state;
}

const OPEN: ConcurrencyLimit = { limit: 10_000, lateInARow: 0 };

describe('reduceLimit', () => {
  it('forgives one late sample', () => {
    const once = reduceLimit(OPEN, { lagMs: 500, inFlight: 300 }, BOUNDS);
    expect(once).toEqual({ limit: 10_000, lateInARow: 1 });
    expect(reduceLimit(once, { lagMs: 1, inFlight: 300 }, BOUNDS).lateInARow).toBe(0);
  });

  it('falls below what is in flight as soon as the lag lasts', () => {
    const state = sampleTimes(2, OPEN, { lagMs: 500, inFlight: 300 });
    expect(state.limit).toBeCloseTo(300 - 0.2 * 150);
  });

  it('falls by less when the lag is only a little too long', () => {
    const state = sampleTimes(2, OPEN, { lagMs: 62.5, inFlight: 300 });
    expect(state.limit).toBeCloseTo(300 - 0.2 * 60);
  });

  it('is back at the bound within a quarter of a minute of calm', () => {
    const low = { limit: 20, lateInARow: 5 };
    expect(sampleTimes(150, low, { lagMs: 1, inFlight: 0 }).limit).toBe(10_000);
  });

  it('stays within its bounds and does not rise under lag, nor fall in calm', () => {
    const sample = fc.record({
      lagMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      inFlight: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 100 }), (samples) => {
        let state = OPEN;
        for (const next of samples) {
          const before = state.limit;
          state = reduceLimit(state, next, BOUNDS);
          expect(state.limit).toBeGreaterThanOrEqual(BOUNDS.least);
          expect(state.limit).toBeLessThanOrEqual(BOUNDS.most);
          if (next.lagMs > 50) expect(state.limit).toBeLessThanOrEqual(before);
          else expect(state.limit).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });
});
