import { JWT_NOT_DONE } from '../jwt-config';
import type { ConfigMap, ConfigTree } from '../config-tree';
import { done, guard, type Section, type Setting } from './setting';

/** A field of the configuration that one key decides, in a file that looks at tokens. */
const claim = (
  key: string,
  field: string,
  ...[one, other, jwtauth = {}]: readonly [ConfigTree, ConfigTree, ConfigMap?]
): readonly Setting[] =>
  done(key, `guards.jwt.${field}`, one, other, {
    general_settings: { enable_jwt_auth: true, litellm_jwtauth: jwtauth },
  });

const ROLES = [{ role: 'a', internal_role: 'team' }];
const SCOPES = [{ scope: 'a', models: ['b'] }];

/** `general_settings.litellm_jwtauth`: how `enable_jwt_auth` reads a token. */
export const JWT_AUTH: Section = {
  settings: [
    ...claim('admin_jwt_scope', 'adminScope', 'a', 'b'),
    ...claim('admin_allowed_routes', 'adminRoutes', ['/a'], ['/b']),
    ...claim('team_allowed_routes', 'teamRoutes', ['/a'], ['/b']),
    ...claim('team_id_jwt_field', 'teamIdClaim', 'a', 'b'),
    ...claim('team_ids_jwt_field', 'teamIdsClaim', 'a', 'b'),
    ...claim('team_id_default', 'standardTeamId', 'a', 'b'),
    ...claim('org_id_jwt_field', 'organizationIdClaim', 'a', 'b'),
    ...claim('user_id_jwt_field', 'userIdClaim', 'a', 'b'),
    ...claim('user_email_jwt_field', 'userEmailClaim', 'a', 'b'),
    ...claim('user_allowed_email_domain', 'emailDomain', 'a.test', 'b.test'),
    ...claim('user_id_upsert', 'unknownUsers', true, false),
    ...claim('end_user_id_jwt_field', 'endUserIdClaim', 'a', 'b'),
    ...claim('user_roles_jwt_field', 'userRolesClaim', 'a', 'b', { user_allowed_roles: ['a'] }),
    ...claim('user_allowed_roles', 'userAllowedRoles', ['a'], ['b'], {
      user_roles_jwt_field: 'a',
    }),
    ...claim('roles_jwt_field', 'rolesClaim', 'a', 'b'),
    ...claim('role_mappings', 'roleMappings', ROLES, []),
    ...claim('object_id_jwt_field', 'objectIdClaim', 'a', 'b', { role_mappings: ROLES }),
    ...claim('enforce_rbac', 'belonging', true, false),
    ...claim('scope_mappings', 'modelsByScope', SCOPES, [], { enforce_scope_based_access: true }),
    ...claim('enforce_scope_based_access', 'modelsByScope', true, false, {
      scope_mappings: SCOPES,
    }),
    ...claim('enforce_team_based_model_access', 'teamForModels', true, false),
    ...claim('public_key_ttl', 'keysSeconds', 60, 600),
    ...Object.entries(JWT_NOT_DONE).flatMap(([key, words]) => guard('access', key, words)),
  ],
  others: 'unknown',
};
