import { planBudgets } from '../../../runtime/limits/plan-budgets';
import { aCaller } from './a-caller';

const CREATED_MS = 1_700_000_000_000;

describe('planBudgets', () => {
  function windowAt(wallMs: number): unknown {
    const caller = aCaller({ maxBudgetDollars: 1, budgetSeconds: 60, createdAtMs: CREATED_MS });
    const [budget] = planBudgets(caller, 'gpt-4o', { wallMs, region: null });
    return [budget?.window, budget?.scope.sinceMs, budget?.windowEndsMs];
  }

  it('counts windows from the creation of the owner', () => {
    expect(windowAt(CREATED_MS)).toEqual([0, CREATED_MS, CREATED_MS + 60_000]);
    expect(windowAt(CREATED_MS + 59_999)).toEqual([0, CREATED_MS, CREATED_MS + 60_000]);
    expect(windowAt(CREATED_MS + 60_000)).toEqual([1, CREATED_MS + 60_000, CREATED_MS + 120_000]);
  });

  it('takes a clock that lags behind the creation for one in the first window', () => {
    expect(windowAt(CREATED_MS - 5_000)).toEqual([0, CREATED_MS, CREATED_MS + 60_000]);
  });

  it('never starts a budget without a duration anew', () => {
    const caller = aCaller({ maxBudgetDollars: 1 });
    const [budget] = planBudgets(caller, 'gpt-4o', { wallMs: CREATED_MS * 2, region: null });
    expect([budget?.window, budget?.scope.sinceMs, budget?.windowEndsMs]).toEqual([0, 0, null]);
  });
});
