import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';

/** What was spent of one budget since its window began. Plain data. */
export interface BudgetWindow {
  /** The first spending in it, as in LiteLLM. */
  readonly startMs: number;
  readonly spentDollars: number;
}

/** A bound on spending that a deployment is under. */
export interface Budget {
  /** The name its window is kept under. */
  readonly key: string;
  readonly limitDollars: number;
  /** Null: it never starts anew. */
  readonly windowMs: number | null;
}

type Budgets = Pick<RouterConfig, 'providerBudgets'>;

/** Its provider's, from `provider_budget_config`, and its own `max_budget`. */
export function selectBudgets(
  { id, provider, maxBudgetDollars, budgetSeconds }: DeploymentConfig,
  router: Budgets,
): readonly Budget[] {
  const shared = selectProviderBudget(provider, router);
  const own: Budget | null =
    maxBudgetDollars === null
      ? null
      : {
          key: `deployment:${id}`,
          limitDollars: maxBudgetDollars,
          windowMs: budgetSeconds === null ? null : budgetSeconds * 1000,
        };
  return [shared, own].filter((budget) => budget !== null);
}

export function selectProviderBudget(
  provider: string,
  { providerBudgets }: Budgets,
): Budget | null {
  const budget = providerBudgets[provider];
  if (budget === undefined) return null;
  const { limitDollars, windowSeconds } = budget;
  return { key: `provider:${provider}`, limitDollars, windowMs: windowSeconds * 1000 };
}

export interface Spending {
  readonly nowMs: number;
  readonly dollars: number;
}

export function reduceSpending(
  window: BudgetWindow | null,
  budget: Budget,
  { nowMs, dollars }: Spending,
): BudgetWindow {
  if (window === null || isOver(window, budget, nowMs)) {
    return { startMs: nowMs, spentDollars: dollars };
  }
  return { ...window, spentDollars: window.spentDollars + dollars };
}

/** What may still be spent; never below nothing. */
export function selectRemainingDollars(
  window: BudgetWindow | null,
  budget: Budget,
  nowMs: number,
): number {
  if (window === null || isOver(window, budget, nowMs)) return budget.limitDollars;
  return Math.max(0, budget.limitDollars - window.spentDollars);
}

function isOver(window: BudgetWindow, { windowMs }: Budget, nowMs: number): boolean {
  return windowMs !== null && nowMs - window.startMs >= windowMs;
}
