import fc from 'fast-check';
import {
  CLOSED_BREAKER,
  planProbeDelayMs,
  reduceProbeEnd,
  reduceProbeStart,
  reduceTrip,
} from '../../../runtime/state/redis-breaker';
import type { BreakerMemory } from '../../../runtime/state/redis-breaker';

const OPEN = reduceTrip(CLOSED_BREAKER, 1000);

describe('reduceTrip', () => {
  it('opens a closed breaker, and leaves an open one as it is', () => {
    expect(OPEN).toEqual({ state: 'open', failedProbes: 0, closedAtMs: -Infinity });
    expect(reduceTrip(OPEN, 2000)).toBe(OPEN);
  });

  it('goes on waiting longer when Redis did not stay for ten seconds', () => {
    const back = reduceProbeEnd(reduceProbeStart({ ...OPEN, failedProbes: 3 }), 'passed', 5000);
    expect(reduceTrip(back, 14_999).failedProbes).toBe(4);
    expect(reduceTrip(back, 15_000).failedProbes).toBe(0);
  });
});

describe('reduceProbeEnd', () => {
  it('closes the breaker after a probe that passed, and opens it again after one that failed', () => {
    const probing = reduceProbeStart(OPEN);
    expect(probing.state).toBe('half-open');
    expect(reduceProbeEnd(probing, 'passed', 3000)).toMatchObject({
      state: 'closed',
      closedAtMs: 3000,
    });
    expect(reduceProbeEnd(probing, 'failed', 3000)).toMatchObject({
      state: 'open',
      failedProbes: 1,
    });
  });

  it('is closed by nothing but a probe', () => {
    const events = fc.array(fc.constantFrom('trip', 'start', 'passed', 'failed'));
    fc.assert(
      fc.property(events, (names) => {
        let memory: BreakerMemory = OPEN;
        names.forEach((name, at) => {
          const before = memory;
          if (name === 'trip') memory = reduceTrip(memory, at);
          else if (name === 'start') memory = reduceProbeStart(memory);
          else memory = reduceProbeEnd(memory, name === 'passed' ? 'passed' : 'failed', at);
          if (before.state !== 'closed' && memory.state === 'closed') {
            expect({ name, before: before.state }).toEqual({ name: 'passed', before: 'half-open' });
          }
        });
      }),
    );
  });
});

describe('planProbeDelayMs', () => {
  it('asks soon at first, then less and less often, and at least once a second', () => {
    const delays = [0, 1, 2, 3, 4, 5, 50].map((failedProbes) =>
      planProbeDelayMs({ ...OPEN, failedProbes }, 1),
    );
    expect(delays).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
    expect(planProbeDelayMs(OPEN, 0)).toBe(50);
  });
});
