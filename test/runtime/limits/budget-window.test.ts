import fc from 'fast-check';
import { selectBudgetWindow } from '../../../runtime/limits/budget-window';

describe('selectBudgetWindow', () => {
  it('holds the moment, whole lengths after the creation', () => {
    const times = [fc.nat(1e9), fc.integer({ min: 1, max: 1e6 }), fc.nat(1e9)] as const;
    fc.assert(
      fc.property(...times, (createdAtMs, seconds, laterMs) => {
        const nowMs = createdAtMs + laterMs;
        const { sinceMs, endsMs } = selectBudgetWindow(createdAtMs, seconds, nowMs);
        expect(sinceMs).toBeLessThanOrEqual(nowMs);
        expect(endsMs).toBeGreaterThan(nowMs);
        expect((sinceMs - createdAtMs) % (seconds * 1000)).toBe(0);
      }),
    );
  });

  it('has no end without a duration, and none before the creation', () => {
    expect(selectBudgetWindow(5, null, 9)).toEqual({ number: 0, sinceMs: 0, endsMs: null });
    expect(selectBudgetWindow(5000, 1, 10)).toEqual({ number: 0, sinceMs: 5000, endsMs: 6000 });
  });
});
