import { z } from 'zod';
import { routeNamesSetting } from './route-list-setting';
import {
  booleanSetting,
  choiceSetting,
  nameListSetting,
  numberSetting,
  refuseSetting,
  requiredTextSetting,
  textSetting,
} from './setting-schemas';

/** What the claims of a token mean: `general_settings.litellm_jwtauth`. Claims are named by dotted paths. */
export interface JwtConfig {
  /** The scope that makes an administrator. */
  readonly adminScope: string;
  /** Routes of administrators, as a key's `allowed_routes` would list them. */
  readonly adminRoutes: readonly string[];
  /** Routes of tokens that belong to a team. */
  readonly teamRoutes: readonly string[];
  readonly teamIdClaim: string | null;
  readonly teamIdsClaim: string | null;
  /** The team of tokens that name none; null: they have none. */
  readonly standardTeamId: string | null;
  readonly organizationIdClaim: string | null;
  readonly userIdClaim: string | null;
  readonly userEmailClaim: string | null;
  /** Users of other domains are not taken for users that nobody made. */
  readonly emailDomain: string | null;
  /** `user_id_upsert`: whether a user that nobody made may call. */
  readonly unknownUsers: 'accepted' | 'refused';
  readonly endUserIdClaim: string | null;
  readonly userRolesClaim: string | null;
  readonly userAllowedRoles: readonly string[];
  readonly rolesClaim: string | null;
  readonly roleMappings: readonly RoleMapping[];
  /** The id of a user or of a team, as the role says. */
  readonly objectIdClaim: string | null;
  /** `enforce_rbac`: a token has to belong to an administrator, a team or a user. */
  readonly belonging: 'required' | 'optional';
  /** Models by scope; null: scopes bound no models. */
  readonly modelsByScope: readonly ScopeModels[] | null;
  /** `enforce_team_based_model_access`: a token without a team calls no model. */
  readonly teamForModels: 'required' | 'optional';
  /** How long the keys of the identity provider are believed before they are read again. Unit: seconds. */
  readonly keysSeconds: number;
}

export interface RoleMapping {
  readonly role: string;
  readonly internalRole: InternalRole;
}

export type InternalRole = 'proxy_admin' | 'team' | 'internal_user';

export interface ScopeModels {
  readonly scope: string;
  readonly models: readonly string[];
}

const INTERNAL_ROLES: readonly InternalRole[] = ['proxy_admin', 'team', 'internal_user'];

/** LiteLLM, `LiteLLM_JWTAuth`. */
const STANDARD = {
  adminScope: 'litellm_proxy_admin',
  adminRoutes: [
    'management_routes',
    'spend_tracking_routes',
    'global_spend_tracking_routes',
    'info_routes',
  ],
  teamRoutes: ['openai_routes', 'info_routes', 'mcp_routes'],
  keysSeconds: 600,
} as const;

const KNOWN = {
  admin_jwt_scope: textSetting(),
  admin_allowed_routes: routeNamesSetting(),
  team_allowed_routes: routeNamesSetting(),
  team_id_jwt_field: textSetting(),
  team_ids_jwt_field: textSetting(),
  team_id_default: textSetting(),
  org_id_jwt_field: textSetting(),
  user_id_jwt_field: textSetting(),
  user_email_jwt_field: textSetting(),
  user_allowed_email_domain: textSetting(),
  user_id_upsert: booleanSetting(),
  end_user_id_jwt_field: textSetting(),
  user_roles_jwt_field: textSetting(),
  user_allowed_roles: nameListSetting(),
  roles_jwt_field: textSetting(),
  role_mappings: z
    .array(
      z.looseObject({
        role: requiredTextSetting('litellm.user'),
        internal_role: choiceSetting(INTERNAL_ROLES),
      }),
    )
    .nullish(),
  object_id_jwt_field: textSetting(),
  enforce_rbac: booleanSetting(),
  scope_mappings: z
    .array(
      z.looseObject({
        scope: requiredTextSetting('litellm.api.consumer'),
        models: nameListSetting(),
      }),
    )
    .nullish(),
  enforce_scope_based_access: booleanSetting(),
  enforce_team_based_model_access: booleanSetting(),
  public_key_ttl: numberSetting({ of: 'any', least: 1, most: 86_400, example: 600 }),
};

/** What LiteLLM does by these options, and what to do here instead. Each completes "LiteLLM would …". */
export const JWT_NOT_DONE = {
  custom_validate: {
    effect: 'let this Python code refuse tokens',
    instead: 'let the identity provider refuse them, or bound them by scope_mappings',
  },
  team_id_upsert: {
    effect: 'make teams that tokens name and nobody made',
    instead: 'make them by POST /team/new',
  },
  upsert_sso_user_to_team: {
    effect: 'make users members of the teams that their tokens name',
    instead: 'add them by POST /team/member_add',
  },
  team_alias_jwt_field: {
    effect: 'find the team of a token by its name',
    instead: 'let the token carry its id, see team_id_jwt_field',
  },
  org_alias_jwt_field: {
    effect: 'find the organization of a token by its name',
    instead: 'let the token carry its id, see org_id_jwt_field',
  },
  public_allowed_routes: {
    effect: 'open these routes to tokens that belong to nobody',
    instead: 'list them under general_settings.public_routes',
  },
  jwt_litellm_role_map: {
    effect: 'give users the roles that their tokens name',
    instead: 'give them by POST /user/update',
  },
  sync_user_role_and_teams: {
    effect: 'take roles and teams of users over from their tokens',
    instead: 'set them by POST /user/update and POST /team/member_add',
  },
  oidc_userinfo_enabled: {
    effect: 'ask the identity provider about each token instead of reading it',
    instead: 'let the token carry the claims',
  },
  oidc_userinfo_endpoint: {
    effect: 'ask there about each token, with oidc_userinfo_enabled',
    instead: 'let the token carry the claims',
  },
  oidc_userinfo_cache_ttl: {
    effect: 'keep what the identity provider says of a token for so long',
    instead: 'let the token carry the claims',
  },
} as const;

export const jwtSettings = () =>
  z.looseObject(KNOWN).superRefine((settings, sink) => {
    const given = (name: keyof typeof KNOWN): boolean =>
      settings[name] !== undefined && settings[name] !== null;
    for (const name of Object.keys(settings)) {
      // Of what is known and not done the table of settings tells.
      if (Object.hasOwn(KNOWN, name) || Object.hasOwn(JWT_NOT_DONE, name)) continue;
      refuseSetting(sink, {
        rule: 'config.jwt',
        path: [name],
        allowed: `be one of ${Object.keys(KNOWN).join(', ')}`,
        fix: 'correct the name, or remove it',
      });
    }
    const needs = [
      ['user_allowed_roles', 'user_roles_jwt_field'],
      ['user_roles_jwt_field', 'user_allowed_roles'],
      ['role_mappings', 'object_id_jwt_field'],
      ['scope_mappings', 'enforce_scope_based_access'],
    ] as const;
    for (const [needed, by] of needs) {
      if (!given(by) || given(needed) || settings[by] === false) continue;
      refuseSetting(sink, {
        rule: 'config.jwt',
        path: [needed],
        allowed: `be given with ${by}`,
        fix: `write ${needed}, or remove ${by}`,
      });
    }
  });

export function parseJwtConfig(settings: z.infer<ReturnType<typeof jwtSettings>>): JwtConfig {
  return {
    adminScope: settings.admin_jwt_scope ?? STANDARD.adminScope,
    adminRoutes: settings.admin_allowed_routes ?? STANDARD.adminRoutes,
    teamRoutes: settings.team_allowed_routes ?? STANDARD.teamRoutes,
    teamIdClaim: settings.team_id_jwt_field ?? null,
    teamIdsClaim: settings.team_ids_jwt_field ?? null,
    standardTeamId: settings.team_id_default ?? null,
    organizationIdClaim: settings.org_id_jwt_field ?? null,
    userIdClaim: settings.user_id_jwt_field ?? null,
    userEmailClaim: settings.user_email_jwt_field ?? null,
    emailDomain: settings.user_allowed_email_domain ?? null,
    unknownUsers: settings.user_id_upsert === true ? 'accepted' : 'refused',
    endUserIdClaim: settings.end_user_id_jwt_field ?? null,
    userRolesClaim: settings.user_roles_jwt_field ?? null,
    userAllowedRoles: settings.user_allowed_roles ?? [],
    rolesClaim: settings.roles_jwt_field ?? null,
    roleMappings: (settings.role_mappings ?? []).map(({ role, internal_role: internalRole }) => ({
      role,
      // A role that nobody resolved yet must not become a greater one.
      internalRole: internalRole ?? 'internal_user',
    })),
    objectIdClaim: settings.object_id_jwt_field ?? null,
    belonging: settings.enforce_rbac === true ? 'required' : 'optional',
    modelsByScope:
      settings.enforce_scope_based_access === true
        ? (settings.scope_mappings ?? []).map(({ scope, models }) => ({
            scope,
            models: models ?? [],
          }))
        : null,
    teamForModels: settings.enforce_team_based_model_access === true ? 'required' : 'optional',
    keysSeconds: settings.public_key_ttl ?? STANDARD.keysSeconds,
  };
}
