import type { LimitMetrics } from './limit-metrics';
import { convertToDollars } from './money';
import type { BudgetPlan } from './plan-budgets';

export interface SoftBudgetsParts {
  readonly metrics: LimitMetrics;
  /** Takes whole log lines, newline included. */
  readonly writeLog: (lines: string) => void;
}

/** Bounds memory; an owner that is forgotten is told of once more. */
const MOST_TOLD = 10_000;

/** Tells when a soft budget is crossed: once in each window and by each replica. Nothing is ever refused for it. */
export class SoftBudgets {
  private readonly windowToldById = new Map<string, number>();

  constructor(private readonly parts: SoftBudgetsParts) {}

  record(budget: BudgetPlan, spentMicroDollars: number): void {
    const { softMicroDollars, quotaId, window, owner } = budget;
    if (softMicroDollars === null || spentMicroDollars < softMicroDollars) return;
    if (this.windowToldById.get(quotaId) === window) return;
    if (this.windowToldById.size >= MOST_TOLD) this.windowToldById.clear();
    this.windowToldById.set(quotaId, window);
    this.parts.metrics.recordCrossed(owner.kind);
    const line = {
      softBudgetCrossed: {
        owner: owner.kind,
        name: owner.name,
        softBudgetDollars: convertToDollars(softMicroDollars),
        spentDollars: convertToDollars(spentMicroDollars),
      },
    };
    this.parts.writeLog(`${JSON.stringify(line)}\n`);
  }
}
