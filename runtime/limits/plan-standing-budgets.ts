import type { BudgetBound, StandingBudgets } from '../../lib/config/guards-config';
import { selectBudgetWindow } from './budget-window';
import { convertToMicroDollars } from './money';
import type { BudgetPlan } from './plan-budgets';

/** The id of the one scope that holds all calls. */
export const WHOLE_GATEWAY = 'all';
/** Windows follow one another from 1970, in UTC, so that every replica and region has the same ones. */
const BEGINNING_MS = 0;

export interface StandingContext {
  /** The customer that the call is for; null: it names none. */
  readonly endUser: string | null;
  readonly wallMs: number;
  readonly region: string | null;
}

/** The budgets that hold whatever key is shown, an administrator's included: the money is the same. */
export function planStandingBudgets(
  { gateway, endUser }: StandingBudgets,
  context: StandingContext,
): readonly BudgetPlan[] {
  const { endUser: customer } = context;
  return [
    ...(gateway === null ? [] : [plan('gateway', WHOLE_GATEWAY, { bound: gateway, context })]),
    ...(endUser === null || customer === null
      ? []
      : [plan('end_user', customer, { bound: endUser, context })]),
  ];
}

/** Whether any of them applies: most calls of most installations need not look further. */
export function hasStandingBudget(
  { gateway, endUser }: StandingBudgets,
  customer: string | null,
): boolean {
  return gateway !== null || (endUser !== null && customer !== null);
}

function plan(
  kind: 'gateway' | 'end_user',
  id: string,
  { bound, context }: { readonly bound: BudgetBound; readonly context: StandingContext },
): BudgetPlan {
  const { wallMs, region } = context;
  const window = selectBudgetWindow(BEGINNING_MS, bound.seconds, wallMs);
  return {
    owner: { kind, name: id },
    group: null,
    quotaId: `${kind}:${id}:budget`,
    window: window.number,
    windowEndsMs: window.endsMs,
    scope: { kind, id, group: null, sinceMs: window.sinceMs, region },
    limitMicroDollars: convertToMicroDollars(bound.dollars),
    softMicroDollars: null,
  };
}
