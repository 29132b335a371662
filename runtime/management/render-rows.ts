import { selectBudgetWindow } from '../limits/budget-window';
import { convertToDollars } from '../limits/money';
import type { Bounds, KeyRecord, TeamRecord, UserRecord } from '../directory/records';

export type Row = Readonly<Record<string, unknown>>;

/** What is known of the spending of a row; null: the store is away. Unit: millionths of a US dollar. */
export type Spent = number | null;

const UNITS = [
  ['mo', 2_592_000],
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** LiteLLM's row of a key, without its secret. */
export function renderKey(key: KeyRecord, spent: Spent, nowMs: number): Row {
  return {
    token: key.id,
    key_name: key.name,
    key_alias: key.alias,
    spend: renderDollars(spent),
    expires: renderTime(key.expiresAtMs),
    models: key.models,
    aliases: key.aliases,
    config: {},
    user_id: key.userId,
    team_id: key.teamId,
    organization_id: key.organizationId,
    permissions: key.permissions,
    metadata: key.metadata,
    tags: key.tags,
    key_type: key.role,
    allowed_routes: key.allowedRoutes,
    model_max_budget: key.modelMaxBudgetDollars,
    model_rpm_limit: key.modelRpmLimit,
    model_tpm_limit: key.modelTpmLimit,
    auto_rotate: key.rotationSeconds !== null,
    rotation_interval: renderDuration(key.rotationSeconds),
    replaced_by: key.replacedBy,
    ...renderBounds(key, key.createdAtMs, nowMs),
    ...renderLife(key),
  };
}

export function renderUser(user: UserRecord, spent: Spent, nowMs: number): Row {
  return {
    user_id: user.id,
    user_alias: user.alias,
    user_email: user.email,
    user_role: user.role,
    teams: user.teams,
    spend: renderDollars(spent),
    models: user.models,
    metadata: user.metadata,
    ...renderBounds(user, user.createdAtMs, nowMs),
    ...renderLife(user),
  };
}

export function renderTeam(team: TeamRecord, spent: Spent, nowMs: number): Row {
  return {
    team_id: team.id,
    team_alias: team.alias,
    organization_id: team.organizationId,
    admins: team.members.filter(({ role }) => role === 'admin').map(({ userId }) => userId),
    members: team.members.map(({ userId }) => userId),
    members_with_roles: team.members.map(({ userId, role }) => ({ user_id: userId, role })),
    spend: renderDollars(spent),
    models: team.models,
    metadata: team.metadata,
    ...renderBounds(team, team.createdAtMs, nowMs),
    ...renderLife(team),
  };
}

export function renderDollars(microDollars: Spent): number | null {
  return microDollars === null ? null : convertToDollars(microDollars);
}

export function renderTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

/** In the largest unit that divides it. */
export function renderDuration(seconds: number | null): string | null {
  if (seconds === null) return null;
  const [unit, length] = UNITS.find(([, size]) => seconds % size === 0) ?? ['s', 1];
  return `${seconds / length}${unit}`;
}

function renderBounds(bounds: Bounds, createdAtMs: number, nowMs: number): Row {
  const { endsMs } = selectBudgetWindow(createdAtMs, bounds.budgetSeconds, nowMs);
  return {
    max_budget: bounds.maxBudgetDollars,
    soft_budget: bounds.softBudgetDollars,
    budget_duration: renderDuration(bounds.budgetSeconds),
    budget_reset_at: renderTime(endsMs),
    tpm_limit: bounds.tpmLimit,
    rpm_limit: bounds.rpmLimit,
    max_parallel_requests: bounds.maxParallelRequests,
  };
}

function renderLife(
  entity: Pick<KeyRecord, 'blocked' | 'createdAtMs' | 'createdBy' | 'updatedAtMs' | 'updatedBy'>,
): Row {
  return {
    blocked: entity.blocked,
    created_at: renderTime(entity.createdAtMs),
    created_by: entity.createdBy,
    updated_at: renderTime(entity.updatedAtMs),
    updated_by: entity.updatedBy,
  };
}
