import {
  reduceSpending,
  selectBudgets,
  selectRemainingDollars,
} from '../../../runtime/routing/budget';
import { deployment } from '../../support/gateway-config-builder';

describe('selectBudgets', () => {
  it('holds a deployment to its own budget and to that of its provider', () => {
    const one = deployment({ id: 'one', maxBudgetDollars: 1, budgetSeconds: 60 });
    const providerBudgets = { openai: { limitDollars: 5, windowSeconds: 3600 } };
    expect(selectBudgets(one, { providerBudgets })).toEqual([
      { key: 'provider:openai', limitDollars: 5, windowMs: 3_600_000 },
      { key: 'deployment:one', limitDollars: 1, windowMs: 60_000 },
    ]);
    expect(selectBudgets(deployment({ id: 'other' }), { providerBudgets: {} })).toEqual([]);
  });
});

describe('reduceSpending', () => {
  const budget = { key: 'one', limitDollars: 1, windowMs: 1000 };

  it('begins a window with the first spending, and another when that one is over', () => {
    const first = reduceSpending(null, budget, { nowMs: 500, dollars: 0.2 });
    expect(first).toEqual({ startMs: 500, spentDollars: 0.2 });
    const second = reduceSpending(first, budget, { nowMs: 1499, dollars: 0.25 });
    expect(second).toEqual({ startMs: 500, spentDollars: 0.45 });
    expect(reduceSpending(second, budget, { nowMs: 1500, dollars: 0.3 })).toEqual({
      startMs: 1500,
      spentDollars: 0.3,
    });
  });
});

describe('selectRemainingDollars', () => {
  it('is what was not spent, all of it in a new window, and never below nothing', () => {
    const budget = { key: 'one', limitDollars: 1, windowMs: 1000 };
    const window = { startMs: 500, spentDollars: 0.75 };
    expect(selectRemainingDollars(window, budget, 1499)).toBe(0.25);
    expect(selectRemainingDollars(window, budget, 1500)).toBe(1);
    expect(selectRemainingDollars(null, budget, 0)).toBe(1);
    expect(selectRemainingDollars({ ...window, spentDollars: 9 }, budget, 600)).toBe(0);
    const endless = { ...budget, windowMs: null };
    expect(selectRemainingDollars(window, endless, 9e12)).toBe(0.25);
  });
});
