import { ROUTE_GROUPS } from '../../lib/config/route-groups';
import type { Caller } from '../auth/caller';
import { isAdministrator } from '../auth/is-administrator';
import { matchesPattern } from '../auth/route-patterns';
import type { KeyRecord } from '../directory/records';
import { GatewayError } from '../errors';

/** What a caller may do about keys, users, teams and spending. */
export type Power =
  /** Everything. */
  | { readonly kind: 'administrator' }
  /** Reads everything. */
  | { readonly kind: 'auditor' }
  /** Manages the keys of its own user and team, and reads what they spend. */
  | { readonly kind: 'manager'; readonly key: KeyRecord }
  /** Reads about its own user and team. */
  | { readonly kind: 'reader'; readonly key: KeyRecord }
  /** Reads about itself. */
  | { readonly kind: 'itself'; readonly key: KeyRecord };

/** Who may use a route at all. What of the rest they get to see or to change, the route decides. */
export type Access = 'own-key' | 'read-own' | 'read-all' | 'manage-keys' | 'administer';

const ALLOWED: Readonly<Record<Access, readonly Power['kind'][]>> = {
  'own-key': ['administrator', 'auditor', 'manager', 'reader', 'itself'],
  'read-own': ['administrator', 'auditor', 'manager', 'reader'],
  'read-all': ['administrator', 'auditor'],
  'manage-keys': ['administrator', 'manager'],
  administer: ['administrator'],
};

/** The role of a key bounds what its user's role gives. */
export function selectPower(caller: Caller): Power {
  if (caller.kind !== 'key' || isAdministrator(caller)) return { kind: 'administrator' };
  const { key, user } = caller;
  const rank = user?.role ?? 'internal_user';
  if (key.role === 'llm_api') return { kind: 'itself', key };
  if (rank === 'proxy_admin' || rank === 'proxy_admin_viewer') return { kind: 'auditor' };
  switch (key.role) {
    case 'default':
      return { kind: 'itself', key };
    case 'read_only':
      return { kind: 'reader', key };
    case 'management':
      return { kind: 'manager', key };
  }
}

/** Throws where the caller may not use the route, by its power or by the list of routes of its key. */
export function refuseRoute(
  caller: Caller,
  power: Power,
  route: { readonly access: Access; readonly path: string },
): void {
  if (!ALLOWED[route.access].includes(power.kind)) {
    throw permissionDenied('this key may not use this route; ask an administrator');
  }
  if (caller.kind !== 'key') return;
  const { allowedRoutes } = caller.key;
  if (allowedRoutes.length > 0 && !allowedRoutes.some((allowed) => covers(allowed, route))) {
    throw permissionDenied('allowed_routes of this key leave this route out');
  }
}

/** Whose keys a manager may see: those of its own user, and those of its own team. */
export function isOwnKey(own: KeyRecord, key: KeyRecord): boolean {
  return (
    key.id === own.id ||
    (own.userId !== null && key.userId === own.userId) ||
    (own.teamId !== null && key.teamId === own.teamId)
  );
}

export function permissionDenied(message: string): GatewayError {
  return new GatewayError('permission_denied', message);
}

/** A path, a beginning of paths, or LiteLLM's names for many routes at once. */
function covers(
  allowed: string,
  { access, path }: { readonly access: Access; readonly path: string },
): boolean {
  if (allowed === 'management_routes') return true;
  if (allowed === 'info_routes') return access === 'own-key' || access === 'read-own';
  const group = ROUTE_GROUPS.get(allowed);
  if (group !== undefined) return group.some((pattern) => matchesPattern(pattern, path));
  return allowed.endsWith('*') ? path.startsWith(allowed.slice(0, -1)) : path === allowed;
}
