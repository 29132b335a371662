import type { DeploymentConfig, RouterConfig } from '../../../lib/config/gateway-config';
import type { Load } from '../load';
import type { RequestTraits } from '../request-traits';
import type { BudgetWindow } from '../budget';

export interface FilterContext {
  readonly nowMs: number;
  /** Time of day, which limits per minute go by. Unit: milliseconds since 1970. */
  readonly wallMs: number;
  readonly router: RouterConfig;
  readonly traits: RequestTraits;
  /** By id. */
  readonly loads: ReadonlyMap<string, Load>;
  /** By `describeBudget`. */
  readonly budgets: ReadonlyMap<string, BudgetWindow>;
}

/** Why nobody may serve a request. */
export type RefusalReason =
  /** All of them are cooling down, or there is none. */
  | 'resting'
  | 'rate-limits'
  | 'budgets'
  | 'tags'
  | 'context-window'
  | 'region'
  | 'response-format'
  | 'parameters';

export type Refusal =
  | {
      readonly reason: RefusalReason;
      /** Until it may be otherwise; 0: waiting does not help. */
      readonly waitMs: number;
    }
  /** Every deployment was skipped at start, and nothing but another configuration changes that. */
  | { readonly reason: 'unusable'; readonly because: readonly string[] };

/** Leaves out who may not serve a request. */
export interface Filter {
  readonly reason: Exclude<RefusalReason, 'resting'>;
  keep(
    candidates: readonly DeploymentConfig[],
    context: FilterContext,
  ): readonly DeploymentConfig[];
  /** Asked when nobody was kept. */
  waitMs(candidates: readonly DeploymentConfig[], context: FilterContext): number;
}

/** For what time does not change. */
export const NEVER = (): number => 0;
