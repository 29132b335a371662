import { GatewayError } from '../errors';
import { convertToDollars } from './money';
import type { PlannedQuota } from './plan-quotas';

export interface Refusal {
  readonly planned: PlannedQuota;
  readonly remaining: number;
  /** Unit: milliseconds since 1970. */
  readonly wallMs: number;
}

/** A place may be free again at any moment. */
const PARALLEL_RETRY_SECONDS = 1;

/** LiteLLM's words and headers, since clients look for them. */
export function describeLimit(refusal: Refusal): GatewayError {
  return refusal.planned.measure === 'budget' ? describeBudget(refusal) : describeRate(refusal);
}

function describeRate({ planned, remaining, wallMs }: Refusal): GatewayError {
  const { measure, quota } = planned;
  const endsMs = quota.windowEndsMs;
  const retryAfterSeconds =
    endsMs === null ? PARALLEL_RETRY_SECONDS : Math.max(1, Math.ceil((endsMs - wallMs) / 1000));
  const resetAt = renderTime(endsMs ?? wallMs + PARALLEL_RETRY_SECONDS * 1000);
  const tooLarge =
    quota.amount > quota.limit
      ? `. This request needs ${quota.amount} ${measure} and is refused at any time: shorten it, or raise the limit`
      : '';
  return new GatewayError(
    'rate_limit_exceeded',
    `Rate limit exceeded for ${renderOwner(planned)}. Limit type: ${measure}. ` +
      `Current limit: ${quota.limit}, Remaining: ${remaining}. Limit resets at: ${resetAt}${tooLarge}`,
    { retryAfterSeconds, headers: ['rate_limit_type', measure, 'reset_at', resetAt] },
  );
}

const RATE_OWNERS = {
  key: 'api_key',
  user: 'user',
  team: 'team',
  member: 'team_member',
  end_user: 'end_user',
  gateway: 'gateway',
} as const;

function renderOwner({ owner, group }: PlannedQuota): string {
  return group === null
    ? `${RATE_OWNERS[owner.kind]}: ${owner.name}`
    : `model_per_key: ${owner.name}:${group}`;
}

const BUDGET_OWNERS = { key: 'Key', user: 'User', team: 'Team', member: 'TeamMember' } as const;

/** LiteLLM tells of each kind in a way of its own. */
function renderExceeded({ owner, group, whole }: PlannedQuota, spent: number): string {
  const limit = convertToDollars(whole);
  switch (owner.kind) {
    case 'gateway':
      return `Budget has been exceeded! Current cost: ${spent}, Max budget: ${limit}`;
    case 'end_user':
      return `ExceededBudget: End User=${owner.name} over budget. Spend=${spent}, Budget=${limit}`;
    default: {
      const model = group === null ? '' : ` Model=${group}`;
      const whose = `${BUDGET_OWNERS[owner.kind]}=${owner.name}${model}`;
      return `Budget has been exceeded! ${whose} Current cost: ${spent}, Max budget: ${limit}`;
    }
  }
}

function describeBudget({ planned, remaining }: Refusal): GatewayError {
  const { quota, whole } = planned;
  const spent = convertToDollars(Math.min(quota.known, whole));
  // Money that calls in flight have set aside, or that other regions hold, is not spent, and not free either.
  const short =
    quota.known >= whole
      ? ''
      : `; this call may cost up to ${convertToDollars(quota.amount)}, and ${convertToDollars(remaining)} is free now`;
  return new GatewayError('budget_exceeded', `${renderExceeded(planned, spent)}${short}`);
}

/** As LiteLLM writes it: `2026-01-31 12:00:00 UTC`. */
function renderTime(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
