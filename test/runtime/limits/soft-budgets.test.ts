import { LimitMetrics } from '../../../runtime/limits/limit-metrics';
import type { BudgetPlan } from '../../../runtime/limits/plan-budgets';
import { SoftBudgets } from '../../../runtime/limits/soft-budgets';

const BUDGET: BudgetPlan = {
  owner: { kind: 'key', name: 'web' },
  group: null,
  quotaId: 'key:a:budget',
  window: 0,
  windowEndsMs: null,
  scope: { kind: 'key', id: 'a', group: null, sinceMs: 0, region: null },
  limitMicroDollars: null,
  softMicroDollars: 1_000_000,
};

describe('SoftBudgets', () => {
  it('tells when it is crossed, once in each window', () => {
    const lines: string[] = [];
    const soft = new SoftBudgets({
      metrics: new LimitMetrics(),
      writeLog: (text) => lines.push(text),
    });
    soft.record(BUDGET, 999_999);
    expect(lines).toEqual([]);
    soft.record(BUDGET, 1_000_000);
    soft.record(BUDGET, 1_500_000);
    expect(lines).toEqual([
      '{"softBudgetCrossed":{"owner":"key","name":"web","softBudgetDollars":1,"spentDollars":1}}\n',
    ]);
    soft.record({ ...BUDGET, window: 1 }, 1_000_000);
    expect(lines).toHaveLength(2);
    soft.record({ ...BUDGET, softMicroDollars: null }, 9_000_000);
    expect(lines).toHaveLength(2);
  });
});
