import type { InternalRole, JwtConfig } from '../../../lib/config/jwt-config';
import { NO_MODEL } from '../model-list';

export type Claims = Readonly<Record<string, unknown>>;

/** What a token says of whoever shows it. */
export interface JwtIdentity {
  readonly kind: 'administrator' | 'member';
  /** For the books and the log: the user, else the team, else the subject of the token. */
  readonly subject: string;
  readonly userId: string | null;
  readonly userEmail: string | null;
  /** The one team that the token belongs to; null: it names none, or a list. */
  readonly teamId: string | null;
  /** Further teams, one of which a call goes by. */
  readonly teamIds: readonly string[];
  readonly organizationId: string | null;
  readonly endUser: string | null;
  /** Models that the scopes of the token are for; empty: they bound none. */
  readonly models: readonly string[];
}

export type ClaimsReading =
  | { readonly kind: 'identity'; readonly identity: JwtIdentity }
  | { readonly kind: 'refused'; readonly message: string };

const LONGEST_ID = 256;
const MOST_TEAMS = 1_000;

/** Claims as the configuration reads them. Where LiteLLM refuses, in its words. */
export function readClaims(claims: Claims, config: JwtConfig): ClaimsReading {
  const scopes = readScopes(claims.scope);
  if (scopes === null) return refused('the claim scope must be text or a list of texts');
  const isAdministrator = config.adminScope !== '' && scopes.includes(config.adminScope);
  const role = selectRole(claims, config, isAdministrator);
  if (config.belonging === 'required' && role === null) {
    return refused(
      'Unmatched token passed in. enforce_rbac is set to True. Token must belong to a proxy admin, team, or user.',
    );
  }
  const objectId = readId(claims, config.objectIdClaim);
  const userEmail = readId(claims, config.userEmailClaim);
  const namedUser = readId(claims, config.userIdClaim) ?? userEmail;
  const userId = role === 'internal_user' ? (objectId ?? namedUser) : namedUser;
  const namedTeam = readTeam(claims, config);
  const teamId = role === 'team' ? (objectId ?? namedTeam) : namedTeam;
  const teamIds = readList(selectClaim(claims, config.teamIdsClaim)).slice(0, MOST_TEAMS);
  if (!isAdministrator) {
    if (teamId === null && config.teamIdClaim !== null) {
      return refused(
        `No team found in token. Checked team_id field '${config.teamIdClaim}' and team_alias field 'None'`,
      );
    }
    if (teamId === null && teamIds.length === 0 && config.teamForModels === 'required') {
      return refused(
        'No teams found in token. `enforce_team_based_model_access` is set to True. Token must belong to a team.',
      );
    }
  }
  return {
    kind: 'identity',
    identity: {
      kind: isAdministrator ? 'administrator' : 'member',
      subject: userId ?? teamId ?? readId(claims, 'sub') ?? 'unnamed',
      userId,
      userEmail,
      teamId,
      teamIds: teamId === null ? teamIds : [],
      organizationId: readId(claims, config.organizationIdClaim),
      endUser: readId(claims, config.endUserIdClaim),
      models: selectModels(scopes, config),
    },
  };
}

function refused(message: string): ClaimsReading {
  return { kind: 'refused', message };
}

/** Null: they are neither text nor a list. */
function readScopes(scope: unknown): readonly string[] | null {
  if (scope === undefined) return [];
  if (typeof scope === 'string') return scope.split(/\s+/).filter((name) => name !== '');
  return Array.isArray(scope) && scope.every((name) => typeof name === 'string') ? scope : null;
}

/** LiteLLM's order. */
function selectRole(
  claims: Claims,
  config: JwtConfig,
  isAdministrator: boolean,
): InternalRole | null {
  if (isAdministrator) return 'proxy_admin';
  if (readTeam(claims, config) !== null) return 'team';
  if (readId(claims, config.userIdClaim) !== null) return 'internal_user';
  const userRoles = readList(selectClaim(claims, config.userRolesClaim));
  if (userRoles.some((role) => config.userAllowedRoles.includes(role))) return 'internal_user';
  const roles = readList(selectClaim(claims, config.rolesClaim));
  return config.roleMappings.find(({ role }) => roles.includes(role))?.internalRole ?? null;
}

function readTeam(claims: Claims, config: JwtConfig): string | null {
  return readId(claims, config.teamIdClaim) ?? config.standardTeamId;
}

/** A token whose scopes are for no model calls none, while an empty list would mean every one. */
function selectModels(scopes: readonly string[], { modelsByScope }: JwtConfig): readonly string[] {
  if (modelsByScope === null) return [];
  const models = modelsByScope
    .filter(({ scope }) => scopes.includes(scope))
    .flatMap((mapping) => mapping.models);
  return models.length === 0 ? [NO_MODEL] : models;
}

/** An id becomes part of quotas and rows, so it is text of a bounded length, or a number. */
function readId(claims: Claims, path: string | null): string | null {
  const value = selectClaim(claims, path);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '' || text.length > LONGEST_ID) return null;
  return /[\p{Cc}\p{Cs}]/u.test(text) ? null : text;
}

function readList(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** `resource_access.gateway.roles`; a name with dots of its own, such as a URL, is looked for as it is first. */
function selectClaim(claims: Claims, path: string | null): unknown {
  if (path === null) return undefined;
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Claims)[step];
  }
  return value;
}
