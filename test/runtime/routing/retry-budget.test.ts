import fc from 'fast-check';
import { RetryBudget } from '../../../runtime/routing/retry-budget';

/** Takes whatever there is, and says how much it was. */
function drain(budget: RetryBudget, nowMs: number): number {
  let places = 0;
  while (budget.hasPlace(nowMs)) {
    budget.take(nowMs);
    places += 1;
  }
  return places;
}

function earnSteadily(
  budget: RetryBudget,
  load: { readonly perSecond: number; readonly seconds: number },
): number {
  const gapMs = 1000 / load.perSecond;
  let nowMs = 0;
  for (let count = 0; count < load.perSecond * load.seconds; count += 1) {
    nowMs += gapMs;
    budget.earn(nowMs);
  }
  return nowMs;
}

describe('RetryBudget', () => {
  it('has ten places saved up, and no more after a night without a request', () => {
    expect(drain(new RetryBudget(), 0)).toBe(10);
    expect(drain(new RetryBudget(), 36_000_000)).toBe(10);
  });

  it('gets a place every five seconds, and at once when nobody has asked for a second', () => {
    const budget = new RetryBudget();
    drain(budget, 0);
    expect(budget.hasPlace(999)).toBe(false);
    expect(drain(budget, 1000)).toBe(1);
    budget.earn(1500);
    expect(budget.hasPlace(2499)).toBe(false);
    expect(drain(budget, 2500)).toBe(1);
    expect(drain(budget, 60_000)).toBe(10);
  });

  it('gets a place for every fifth attempt that needs none, in place of what time gives', () => {
    const budget = new RetryBudget();
    drain(budget, 0);
    let places = 0;
    for (let nowMs = 10; nowMs <= 10_000; nowMs += 10) {
      budget.earn(nowMs);
      places += drain(budget, nowMs);
    }
    expect(places).toBe(200);
  });

  it("saves two seconds' worth of busy traffic, so that all calls caught by a blip may try again", () => {
    const budget = new RetryBudget();
    const nowMs = earnSteadily(budget, { perSecond: 100, seconds: 60 });
    const places = drain(budget, nowMs);
    expect(places).toBeGreaterThan(190);
    expect(places).toBeLessThanOrEqual(210);
  });

  it('forgets busy traffic once it is over', () => {
    const budget = new RetryBudget();
    const nowMs = earnSteadily(budget, { perSecond: 100, seconds: 60 });
    expect(drain(budget, nowMs + 60_000)).toBeLessThanOrEqual(11);
  });

  it('gets the place of an attempt back that was answered', () => {
    const budget = new RetryBudget();
    drain(budget, 0);
    budget.giveBack();
    expect(drain(budget, 0)).toBe(1);
  });

  it('knows a deployment to be failing after three failures in a row', () => {
    const budget = new RetryBudget();
    budget.recordFailure();
    budget.recordFailure();
    expect(budget.isFailing).toBe(false);
    budget.recordAnswer();
    budget.recordFailure();
    budget.recordFailure();
    expect(budget.isFailing).toBe(false);
    budget.recordFailure();
    expect(budget.isFailing).toBe(true);
    budget.recordAnswer();
    expect(budget.isFailing).toBe(false);
  });

  it('never gives more than it has saved, than time gives, and than a fifth of what was earned', () => {
    const steps = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 3000 }),
        earns: fc.integer({ min: 0, max: 20 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const budget = new RetryBudget();
        let [nowMs, earned, taken, unasked] = [0, 0, 0, 0];
        for (const { afterMs, earns } of given) {
          nowMs += afterMs;
          if (afterMs >= 1000) unasked += 1;
          for (let count = 0; count < earns; count += 1) budget.earn(nowMs);
          earned += earns;
          taken += drain(budget, nowMs);
          expect(taken).toBeLessThanOrEqual(10 + nowMs / 5000 + earned / 5 + unasked + 1e-6);
        }
        // Nobody is out of reach for longer than a second.
        expect(budget.hasPlace(nowMs + 1000)).toBe(true);
      }),
    );
  });
});
