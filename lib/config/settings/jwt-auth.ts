import { ignored, type Section } from './setting';

/** `general_settings.litellm_jwtauth`: how `enable_jwt_auth` reads a token. */
export const JWT_AUTH: Section = {
  settings: ignored(
    `admin_allowed_routes admin_jwt_scope custom_validate end_user_id_jwt_field enforce_rbac
     enforce_scope_based_access enforce_team_based_model_access jwt_litellm_role_map
     object_id_jwt_field oidc_userinfo_cache_ttl oidc_userinfo_enabled oidc_userinfo_endpoint
     org_alias_jwt_field org_id_jwt_field public_allowed_routes public_key_ttl role_mappings
     roles_jwt_field scope_mappings sync_user_role_and_teams team_alias_jwt_field
     team_allowed_routes team_id_default team_id_jwt_field team_id_upsert team_ids_jwt_field
     upsert_sso_user_to_team user_allowed_email_domain user_allowed_roles user_email_jwt_field
     user_id_jwt_field user_id_upsert user_roles_jwt_field`,
    'read tokens by it, with enable_jwt_auth',
  ),
  others: 'unknown',
};
