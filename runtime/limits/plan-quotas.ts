import type { Caller } from '../auth/caller';
import type { Bounds, KeyRecord } from '../directory/records';
import type { BudgetPlan, BudgetView } from './plan-budgets';
import type { Demand } from './plan-demand';
import type { Quota } from './quota';
import { ofKey, ofTeam, ofUser, renderQuotaId, selectMember, selectOwn } from './quota-owner';
import type { BoundCaller, Bounded, QuotaOwner } from './quota-owner';

/** What is counted, in LiteLLM's words where it tells clients of it. */
export type Measure = 'requests' | 'tokens' | 'max_parallel_requests' | 'budget';

export interface PlannedQuota {
  readonly measure: Measure;
  readonly owner: QuotaOwner;
  /** The model group it is for; null: all calls. */
  readonly group: string | null;
  readonly quota: Quota;
  /** The bound as the administrator set it, whatever this region's part of it. Unit: that of the measure. */
  readonly whole: number;
}

/** Whether any bound applies: most calls of most installations need not look further. */
export function hasBounds(caller: Caller, group: string): caller is BoundCaller {
  if (caller.kind !== 'key') return false;
  const { key, user, team } = caller;
  return (
    isBounded(key) ||
    (user !== null && isBounded(user)) ||
    (team !== null && (isBounded(team) || selectMember(caller) !== null)) ||
    Object.hasOwn(key.modelRpmLimit, group) ||
    Object.hasOwn(key.modelTpmLimit, group) ||
    Object.hasOwn(key.modelMaxBudgetDollars, group)
  );
}

export interface QuotaContext {
  readonly wallMs: number;
  readonly budgets: readonly BudgetPlan[];
  readonly view: BudgetView;
}

/** Everything that has to be reserved before the call may be made. */
export function planQuotas(
  caller: Caller,
  demand: Demand,
  { wallMs, budgets, view }: QuotaContext,
): readonly PlannedQuota[] {
  return [
    ...(caller.kind === 'key' ? planCallerRates(caller, demand, wallMs) : []),
    ...budgets.flatMap((budget) => planBudgetQuota(budget, demand, view)),
  ];
}

function planCallerRates(
  { key, user, team }: BoundCaller,
  demand: Demand,
  wallMs: number,
): readonly PlannedQuota[] {
  const entities = [
    ofKey(key),
    ...(user === null ? [] : [ofUser(user)]),
    ...(team === null ? [] : [ofTeam(team)]),
  ];
  return [
    ...entities.flatMap((entity) => planRates(entity, demand.tokens, wallMs)),
    ...planModelRates(key, demand, wallMs),
  ];
}

function planBudgetQuota(
  budget: BudgetPlan,
  { microDollars }: Demand,
  view: BudgetView,
): readonly PlannedQuota[] {
  const { limitMicroDollars, owner, group, quotaId, window, windowEndsMs } = budget;
  if (limitMicroDollars === null) return [];
  const share = view.selectShare(budget, limitMicroDollars);
  const quota: Quota = {
    id: quotaId,
    kind: 'window',
    limit: share.microDollars,
    amount: microDollars,
    window,
    windowEndsMs,
    known: view.selectSpent(budget) + share.givenMicroDollars,
  };
  return [{ measure: 'budget', owner, group, quota, whole: limitMicroDollars }];
}

function planRates(entity: Bounded, tokens: number, wallMs: number): readonly PlannedQuota[] {
  const { rpmLimit, tpmLimit, maxParallelRequests } = entity.bounds;
  return [
    ...planRate(entity, { measure: 'requests', limit: rpmLimit, amount: 1, group: null }, wallMs),
    ...planRate(
      entity,
      { measure: 'tokens', limit: tpmLimit, amount: tokens, group: null },
      wallMs,
    ),
    ...planRate(
      entity,
      { measure: 'max_parallel_requests', limit: maxParallelRequests, amount: 1, group: null },
      wallMs,
    ),
  ];
}

function planModelRates(
  key: KeyRecord,
  { group, tokens }: Demand,
  wallMs: number,
): readonly PlannedQuota[] {
  const rpm = selectOwn(key.modelRpmLimit, group);
  const tpm = selectOwn(key.modelTpmLimit, group);
  return [
    ...planRate(ofKey(key), { measure: 'requests', limit: rpm, amount: 1, group }, wallMs),
    ...planRate(ofKey(key), { measure: 'tokens', limit: tpm, amount: tokens, group }, wallMs),
  ];
}

interface Rate {
  readonly measure: Exclude<Measure, 'budget'>;
  readonly limit: number | null;
  readonly amount: number;
  readonly group: string | null;
}

const RATE_NAMES = { requests: 'rpm', tokens: 'tpm', max_parallel_requests: 'parallel' } as const;

function planRate(
  entity: Bounded,
  { measure, limit, amount, group }: Rate,
  wallMs: number,
): readonly PlannedQuota[] {
  if (limit === null) return [];
  const minute = Math.floor(wallMs / MINUTE_MS);
  const concurrent = measure === 'max_parallel_requests';
  const quota: Quota = {
    id: renderQuotaId(entity, RATE_NAMES[measure], group),
    kind: concurrent ? 'concurrent' : 'window',
    limit,
    amount,
    window: concurrent ? 0 : minute,
    windowEndsMs: concurrent ? null : (minute + 1) * MINUTE_MS,
    known: 0,
  };
  return [{ measure, owner: entity.owner, group, quota, whole: limit }];
}

const MINUTE_MS = 60_000;

function isBounded(bounds: Bounds): boolean {
  return (
    bounds.maxBudgetDollars !== null ||
    bounds.softBudgetDollars !== null ||
    bounds.tpmLimit !== null ||
    bounds.rpmLimit !== null ||
    bounds.maxParallelRequests !== null
  );
}
