import type { JsonValue } from '../directory/change';
import type { Bounds, KeyRecord } from '../directory/records';
import { permissionDenied } from './powers';

/** What a key may do, as far as it could be more than its manager's own. */
export type Grant = Pick<
  KeyRecord,
  | 'models'
  | 'role'
  | 'expiresAtMs'
  | 'allowedRoutes'
  | 'permissions'
  | 'userId'
  | 'teamId'
  | 'organizationId'
  | 'metadata'
  | 'modelRpmLimit'
  | 'modelTpmLimit'
  | 'modelMaxBudgetDollars'
  | keyof Bounds
>;

const BOUNDS: readonly (readonly [keyof Bounds, string])[] = [
  ['maxBudgetDollars', 'max_budget'],
  ['tpmLimit', 'tpm_limit'],
  ['rpmLimit', 'rpm_limit'],
  ['maxParallelRequests', 'max_parallel_requests'],
];

const MODEL_BOUNDS = [
  ['modelRpmLimit', 'model_rpm_limit'],
  ['modelTpmLimit', 'model_tpm_limit'],
  ['modelMaxBudgetDollars', 'model_max_budget'],
] as const;

/** Nobody hands out more than they have: throws where the grant exceeds the manager's own key. */
export function refuseEscalation(own: KeyRecord, grant: Grant): void {
  const isOwner =
    (grant.userId === null || grant.userId === own.userId) &&
    (grant.teamId === null || grant.teamId === own.teamId) &&
    grant.organizationId === own.organizationId;
  if (!isOwner || (grant.userId === null && grant.teamId === null)) {
    throw permissionDenied('user_id and team_id must be those of the key that asks');
  }
  if (own.models.length > 0 && !isWithin(grant.models, own.models)) {
    throw permissionDenied('models must be among those of the key that asks');
  }
  if (own.allowedRoutes.length > 0 && !isWithin(grant.allowedRoutes, own.allowedRoutes)) {
    throw permissionDenied('allowed_routes must be among those of the key that asks');
  }
  for (const [name, value] of Object.entries(grant.permissions)) {
    if (!isSame(own.permissions[name], value)) {
      throw permissionDenied('permissions must be among those of the key that asks');
    }
  }
  const params = selectEnforcedParams(own);
  if (!params.every((param) => selectEnforcedParams(grant).includes(param))) {
    throw permissionDenied('enforced_params of metadata must have those of the key that asks');
  }
  for (const [bound, name] of BOUNDS) {
    const most = own[bound];
    const granted = grant[bound];
    if (most !== null && (granted === null || granted > most)) {
      throw permissionDenied(`${name} must be at most that of the key that asks`);
    }
  }
  // A budget that starts anew sooner, or at all, is a larger one.
  if (
    own.maxBudgetDollars !== null &&
    grant.budgetSeconds !== null &&
    (own.budgetSeconds === null || grant.budgetSeconds < own.budgetSeconds)
  ) {
    throw permissionDenied('budget_duration must be at least that of the key that asks');
  }
  for (const [bound, name] of MODEL_BOUNDS) {
    for (const [model, most] of Object.entries(own[bound])) {
      if ((grant[bound][model] ?? Infinity) > most) {
        throw permissionDenied(`${name} must be at most that of the key that asks`);
      }
    }
  }
  if (
    own.expiresAtMs !== null &&
    (grant.expiresAtMs === null || grant.expiresAtMs > own.expiresAtMs)
  ) {
    throw permissionDenied('duration must end before the key that asks does');
  }
}

/** What every call with the key has to say. */
function selectEnforcedParams({ metadata }: Pick<Grant, 'metadata'>): readonly JsonValue[] {
  const params = metadata.enforced_params ?? [];
  return Array.isArray(params) ? params : [params];
}

/** An empty list means everything. */
function isWithin(names: readonly string[], all: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => all.includes(name));
}

function isSame(a: JsonValue | undefined, b: JsonValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
