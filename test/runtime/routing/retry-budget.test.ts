import fc from 'fast-check';
import {
  EMPTY_BUDGET,
  reduceBudget,
  selectFreePlaces,
} from '../../../runtime/routing/retry-budget';
import type { RetryBudget, Standing } from '../../../runtime/routing/retry-budget';

function after(requests: number, nowMs = 0): RetryBudget {
  return Array.from({ length: requests }).reduce<RetryBudget>(
    (budget) => reduceBudget(budget, { kind: 'request' }, nowMs),
    EMPTY_BUDGET,
  );
}

function begin(budget: RetryBudget, standing: Standing): RetryBudget {
  return reduceBudget(budget, { kind: 'extra-begun', standing }, 0);
}

describe('selectFreePlaces', () => {
  it('gives a fifth of the requests of the last ten seconds, and three', () => {
    expect(selectFreePlaces(EMPTY_BUDGET, 'doubtful', 0)).toBe(3);
    expect(selectFreePlaces(after(10), 'doubtful', 9_999)).toBe(5);
    expect(selectFreePlaces(after(10), 'doubtful', 10_000)).toBe(3);
  });

  it('takes a place for each attempt at doubtful deployments, until it is answered', () => {
    const begun = begin(after(0), 'doubtful');
    expect(selectFreePlaces(begun, 'doubtful', 0)).toBe(2);
    expect(selectFreePlaces(begun, 'sound', 0)).toBe(3);
    const event = { kind: 'extra-ended', standing: 'doubtful', result: 'answered' } as const;
    expect(selectFreePlaces(reduceBudget(begun, event, 0), 'doubtful', 0)).toBe(3);
  });

  it('takes no place for an attempt at a sound deployment until it fails', () => {
    const begun = begin(after(0), 'sound');
    expect(selectFreePlaces(begun, 'doubtful', 0)).toBe(3);
    const event = { kind: 'extra-ended', standing: 'sound', result: 'wasted' } as const;
    const failed = reduceBudget(begun, event, 500);
    expect(selectFreePlaces(failed, 'sound', 500)).toBe(2);
    expect(selectFreePlaces(failed, 'doubtful', 500)).toBe(2);
    expect(selectFreePlaces(failed, 'sound', 10_000)).toBe(3);
  });

  it('keeps a sound deployment open while all places are lost to doubtful ones', () => {
    const event = { kind: 'extra-ended', standing: 'doubtful', result: 'wasted' } as const;
    const spent = [1, 2, 3].reduce(
      (budget) => reduceBudget(begin(budget, 'doubtful'), event, 0),
      EMPTY_BUDGET,
    );
    expect(selectFreePlaces(spent, 'doubtful', 0)).toBe(0);
    expect(selectFreePlaces(spent, 'sound', 0)).toBe(3);
  });
});

describe('a world in which every attempt fails', () => {
  /** When a request comes, and how long each of its attempts takes to fail. Unit: milliseconds. */
  const arrivals = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 400 }),
      failsAfterMs: fc.integer({ min: 1, max: 4000 }),
      wished: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 150 },
  );

  interface Running {
    readonly endsMs: number;
    readonly failsAfterMs: number;
    readonly wished: number;
    readonly kind: 'first' | 'extra';
  }

  it('sees at most a fifth more attempts than requests, and three, in any ten seconds', () => {
    fc.assert(
      fc.property(arrivals, (given) => {
        let budget = EMPTY_BUDGET;
        let running: readonly Running[] = [];
        const requests: number[] = [];
        const extras: number[] = [];
        const endUntil = (untilMs: number): void => {
          for (;;) {
            const next = [...running].sort((a, b) => a.endsMs - b.endsMs)[0];
            if (next === undefined || next.endsMs > untilMs) return;
            running = running.filter((other) => other !== next);
            const nowMs = next.endsMs;
            if (next.kind === 'extra') {
              const event = {
                kind: 'extra-ended',
                standing: 'doubtful',
                result: 'wasted',
              } as const;
              budget = reduceBudget(budget, event, nowMs);
            }
            if (next.wished === 0 || selectFreePlaces(budget, 'doubtful', nowMs) < 1) continue;
            budget = reduceBudget(budget, { kind: 'extra-begun', standing: 'doubtful' }, nowMs);
            extras.push(nowMs);
            const endsMs = nowMs + next.failsAfterMs;
            running = [...running, { ...next, endsMs, wished: next.wished - 1, kind: 'extra' }];
          }
        };
        let nowMs = 0;
        for (const { afterMs, failsAfterMs, wished } of given) {
          nowMs += afterMs;
          endUntil(nowMs);
          budget = reduceBudget(budget, { kind: 'request' }, nowMs);
          requests.push(nowMs);
          const endsMs = nowMs + failsAfterMs;
          running = [...running, { endsMs, failsAfterMs, wished, kind: 'first' }];
        }
        endUntil(Infinity);
        for (const fromMs of extras) {
          // The budget counts whole seconds, and requests that came up to ten seconds before an attempt.
          const isIn = (ms: number): boolean => ms >= fromMs && ms < fromMs + 9_000;
          const credit = requests.filter((ms) => ms >= fromMs - 10_000 && ms < fromMs + 9_000);
          expect(extras.filter(isIn).length).toBeLessThanOrEqual(3 + 0.2 * credit.length);
        }
        const windows = Math.ceil((Math.max(...extras, 0) + 1) / 9_000);
        expect(extras.length).toBeLessThanOrEqual(0.2 * requests.length * 2 + 3 * windows);
        if (Math.max(...extras, 0) < 9_000) {
          expect(extras.length).toBeLessThanOrEqual(0.2 * requests.length + 3);
        }
      }),
    );
  });
});
