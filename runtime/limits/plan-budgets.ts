import { selectBudgetWindow } from './budget-window';
import type { SpendScope } from '../ledger/ledger-entry';
import { convertToMicroDollars } from './money';
import { ofKey, ofTeam, ofUser, renderQuotaId, selectMember, selectOwn } from './quota-owner';
import type { BoundCaller, Bounded, QuotaOwner } from './quota-owner';

/** A bound on spending, in the window that is running. */
export interface BudgetPlan {
  readonly owner: QuotaOwner;
  readonly group: string | null;
  readonly quotaId: string;
  readonly window: number;
  readonly windowEndsMs: number | null;
  readonly scope: SpendScope;
  /** Null: there is a soft bound alone. */
  readonly limitMicroDollars: number | null;
  /** Null: there is none. */
  readonly softMicroDollars: number | null;
}

/** What is known of budgets, to the replica that plans. */
export interface BudgetView {
  /** Micro-dollars spent in the window. */
  selectSpent(budget: BudgetPlan): number;
  /** What of the limit is this region's to spend, and what of that it has handed on. */
  selectShare(budget: BudgetPlan, limitMicroDollars: number): BudgetShare;
}

export interface BudgetShare {
  readonly microDollars: number;
  readonly givenMicroDollars: number;
}

/** Every budget that a call of the group counts against. */
export function planBudgets(
  caller: BoundCaller,
  group: string,
  { wallMs, region }: { readonly wallMs: number; readonly region: string | null },
): readonly BudgetPlan[] {
  const { key, team } = caller;
  const plan = (
    entity: Bounded,
    of: { readonly group: string | null; readonly seconds: number | null },
    [limit, soft]: readonly [number | null, number | null],
  ): readonly BudgetPlan[] => {
    if (limit === null && soft === null) return [];
    const { owner, id, createdAtMs } = entity;
    const window = selectBudgetWindow(createdAtMs, of.seconds, wallMs);
    return [
      {
        owner,
        group: of.group,
        quotaId: renderQuotaId(entity, 'budget', of.group),
        window: window.number,
        windowEndsMs: window.endsMs,
        scope: { kind: owner.kind, id, group: of.group, sinceMs: window.sinceMs, region },
        limitMicroDollars: limit === null ? null : convertToMicroDollars(limit),
        softMicroDollars: soft === null ? null : convertToMicroDollars(soft),
      },
    ];
  };
  const whole = (entity: Bounded): readonly BudgetPlan[] => {
    const { maxBudgetDollars, softBudgetDollars, budgetSeconds } = entity.bounds;
    return plan(entity, { group: null, seconds: budgetSeconds }, [
      maxBudgetDollars,
      softBudgetDollars,
    ]);
  };
  const member = selectMember(caller);
  const ofModel = selectOwn(key.modelMaxBudgetDollars, group);
  return [
    ...whole(ofKey(key)),
    ...(ofModel === null
      ? []
      : plan(ofKey(key), { group, seconds: key.budgetSeconds }, [ofModel, null])),
    // As in LiteLLM: what a user spends through a team's key is the team's to pay.
    ...(caller.user === null || team !== null ? [] : whole(ofUser(caller.user))),
    ...(team === null ? [] : whole(ofTeam(team))),
    ...(member === null
      ? []
      : plan(member.entity, { group: null, seconds: member.entity.bounds.budgetSeconds }, [
          member.maxBudgetDollars,
          null,
        ])),
  ];
}
