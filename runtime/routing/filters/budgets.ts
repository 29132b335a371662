import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { selectBudgets, selectRemainingDollars } from '../budget';
import type { Budget } from '../budget';
import type { Filter, FilterContext } from './filter';

/** Leaves out whoever has spent its own budget or its provider's. What a model costs must be known for that. */
export const budgetFilter: Filter = {
  reason: 'budgets',
  keep: (candidates, context) => {
    const { providerBudgets } = context.router;
    const bounded = candidates.some(
      ({ provider, maxBudgetDollars }) =>
        maxBudgetDollars !== null || providerBudgets[provider] !== undefined,
    );
    // Every request comes by here, and budgets are rare.
    if (!bounded) return candidates;
    return candidates.filter((candidate) => selectSpent(candidate, context).length === 0);
  },
  waitMs: (candidates, context) => {
    const waits = candidates.map((candidate) =>
      selectSpent(candidate, context).reduce((longest, budget) => {
        const window = context.budgets.get(budget.key);
        const endMs = (window?.startMs ?? 0) + (budget.windowMs ?? Infinity);
        return Math.max(longest, endMs - context.nowMs);
      }, 0),
    );
    const shortest = Math.min(...waits, Infinity);
    return Number.isFinite(shortest) ? shortest : 0;
  },
};

function selectSpent(candidate: DeploymentConfig, context: FilterContext): readonly Budget[] {
  return selectBudgets(candidate, context.router).filter((budget) => {
    const window = context.budgets.get(budget.key) ?? null;
    return selectRemainingDollars(window, budget, context.nowMs) <= 0;
  });
}
