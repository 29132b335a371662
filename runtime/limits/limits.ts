import type { RouterConfig } from '../../lib/config/gateway-config';
import type { UnpricedRule } from '../../lib/prices';
import type { StandingBudgets } from '../../lib/config/guards-config';
import type { Caller } from '../auth/caller';
import type { Clock } from '../ports';
import type { CompletionEstimate } from './completion-estimate';
import { describeLimit } from './describe-limit';
import { renderLimitHeaders } from './limit-headers';
import type { LimitMetrics } from './limit-metrics';
import { planDemand } from './plan-demand';
import type { BudgetEnforcement, CallOutline, Demand } from './plan-demand';
import { planBudgets } from './plan-budgets';
import { hasStandingBudget, planStandingBudgets } from './plan-standing-budgets';
import { hasBounds, planQuotas } from './plan-quotas';
import type { BudgetPlan, BudgetView } from './plan-budgets';
import type { PlannedQuota } from './plan-quotas';
import type { QuotaStore, Settlement } from './quota';
import type { SoftBudgets } from './soft-budgets';

/** What a call used in truth. */
export interface CallUse {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly microDollars: number;
}

/** What a call was granted. It ends by the first of `settle` and `release`; whatever is called after has no effect. */
export interface Reservation {
  /** The bound that has to be sent to the provider with each answer; null: the request goes as it is. Unit: tokens. */
  readonly completionCapTokens: number | null;
  /** What is done about a model whose price nobody knows. */
  readonly unpriced: UnpricedRule;
  /** For the answer: name, value, name, value … */
  readonly headers: readonly string[];
  settle(use: CallUse): void;
  /** No provider was asked: nothing was used. */
  release(): void;
}

export interface LimitsParts {
  readonly store: QuotaStore;
  readonly view: BudgetView;
  readonly estimate: CompletionEstimate;
  readonly soft: SoftBudgets;
  readonly metrics: LimitMetrics;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly enforcement: BudgetEnforcement;
  /** Budgets that hold whatever key is shown. */
  readonly standing: StandingBudgets;
  readonly unpriced: RouterConfig['budgetUnpriced'];
  /** Whose part of the spending budgets go by here; null: budgets are not divided among regions. */
  readonly region: string | null;
}

/** Holds callers to what their keys, users and teams may use. */
export class Limits {
  constructor(private readonly parts: LimitsParts) {}

  /** Rejects with a `GatewayError` what has no room. Answers at once where nothing is bounded. */
  begin(caller: Caller, call: CallOutline): Reservation | Promise<Reservation> {
    return hasBounds(caller, call.group) || hasStandingBudget(this.parts.standing, call.endUser)
      ? this.reserve(caller, call)
      : this.createReservation({ call, planned: [], budgets: [], cap: null, headers: [] });
  }

  private async reserve(caller: Caller, call: CallOutline): Promise<Reservation> {
    const { store, view, metrics, clock, region, standing } = this.parts;
    const wallMs = clock.wallMs();
    const { group, endUser } = call;
    const budgets = [
      ...(caller.kind === 'key' ? planBudgets(caller, group, { wallMs, region }) : []),
      ...planStandingBudgets(standing, { endUser, wallMs, region }),
    ];
    this.tellSoft(budgets);
    const demand = this.planDemand(call, { budgets, wallMs });
    const planned = planQuotas(caller, demand, { wallMs, budgets, view });
    if (planned.length === 0) {
      return this.createReservation({ call, planned, budgets, cap: null, headers: [] });
    }
    const verdict = await store.reserve(planned.map(({ quota }) => quota));
    if (verdict.kind === 'refused') {
      const refused = planned.find(({ quota }) => quota.id === verdict.quota.id);
      if (refused === undefined) throw new Error('a quota was refused that nobody asked for');
      metrics.recordRefusal(refused.owner.kind, refused.measure);
      throw describeLimit({ planned: refused, remaining: verdict.remaining, wallMs });
    }
    const headers = renderLimitHeaders(planned, { remaining: verdict.remaining, wallMs });
    const cap = demand.completionCapTokens;
    return this.createReservation({ call, planned, budgets, cap, headers });
  }

  private planDemand(
    call: CallOutline,
    { budgets, wallMs }: { readonly budgets: readonly BudgetPlan[]; readonly wallMs: number },
  ): Demand {
    const { view, estimate, enforcement } = this.parts;
    const left = budgets.flatMap((budget) => {
      if (budget.limitMicroDollars === null) return [];
      const share = view.selectShare(budget, budget.limitMicroDollars);
      return [share.microDollars - share.givenMicroDollars - view.selectSpent(budget)];
    });
    return planDemand(call, {
      enforcement,
      wallMs,
      unpriced: this.parts.unpriced,
      typicalCompletionTokens: estimate.selectTypicalTokens(call.group),
      affordableMicroDollars: left.length === 0 ? null : Math.min(...left),
    });
  }

  private tellSoft(budgets: readonly BudgetPlan[]): void {
    for (const budget of budgets) {
      if (budget.softMicroDollars === null) continue;
      this.parts.soft.record(budget, this.parts.view.selectSpent(budget));
    }
  }

  private createReservation(granted: Granted): Reservation {
    const { call, planned, budgets, cap, headers } = granted;
    let state: 'open' | 'over' = 'open';
    const finish = (settle: (planned: PlannedQuota) => Settlement): void => {
      if (planned.length === 0) return;
      // The store keeps what it could not tell the others; there is nothing here to go wrong for the client.
      this.parts.store.settle(planned.map(settle)).catch(() => undefined);
    };
    return {
      completionCapTokens: cap,
      unpriced: this.parts.unpriced !== 'allow' && budgets.some(isBinding) ? 'estimated' : 'free',
      headers,
      settle: (use) => {
        if (state === 'over') return;
        state = 'over';
        this.recordLength(call, use);
        finish((quota) => planSettlement(quota, use));
        this.tellSoft(budgets);
      },
      release: () => {
        if (state === 'over') return;
        state = 'over';
        finish(({ quota }) => ({ quota, used: 0 }));
      },
    };
  }

  /** An answer that was cut short by the client's own bound, or failed, still tells what such answers use. */
  private recordLength({ group, choices }: CallOutline, { completionTokens }: CallUse): void {
    if (completionTokens === 0) return;
    this.parts.estimate.record(group, Math.ceil(completionTokens / Math.max(1, choices)));
  }
}

interface Granted {
  readonly call: CallOutline;
  readonly planned: readonly PlannedQuota[];
  readonly budgets: readonly BudgetPlan[];
  readonly cap: number | null;
  readonly headers: readonly string[];
}

function isBinding({ limitMicroDollars }: BudgetPlan): boolean {
  return limitMicroDollars !== null;
}

function planSettlement({ measure, quota }: PlannedQuota, use: CallUse): Settlement {
  switch (measure) {
    case 'requests':
      return { quota, used: quota.amount };
    case 'tokens':
      return { quota, used: use.promptTokens + use.completionTokens };
    case 'budget':
      return { quota, used: use.microDollars };
    case 'max_parallel_requests':
      return { quota, used: 0 };
  }
}
