import type { ConfigFile } from './config-schema';
import type { BudgetBound, GuardsConfig } from './guards-config';
import { parseJwtConfig } from './jwt-config';
import { parseKeyGeneration } from './key-generation-config';

const BYTES_PER_MB = 1024 * 1024;

export function parseGuards(file: ConfigFile): GuardsConfig {
  const general = file.general_settings ?? {};
  const litellm = file.litellm_settings ?? {};
  return {
    allowedClients: general.allowed_ips ?? null,
    trustedProxies: general.use_x_forwarded_for === true ? (general.trusted_proxies ?? []) : [],
    keyHeader: general.litellm_key_header_name?.toLowerCase() ?? null,
    servedRoutes: general.allowed_routes ?? null,
    publicRoutes: general.public_routes ?? [],
    adminRoutes: general.admin_only_routes ?? [],
    metrics: litellm.require_auth_for_metrics_endpoint === true ? 'administrators' : 'open',
    corsOrigins: general.cors_allow_origins ?? [],
    content: {
      requiredParams: general.enforced_params ?? [],
      serviceAccountParams: general.service_account_settings?.enforced_params ?? [],
      user: general.enforce_user_param === true ? 'required' : 'optional',
      clientTags: general.reject_clientside_metadata_tags === true ? 'refused' : 'allowed',
      blockedUsers: litellm.blocked_user_list ?? [],
      bannedKeywords: (litellm.banned_keywords_list ?? []).map((word) => word.toLowerCase()),
    },
    mostRequestBytes: bytesOf(general.max_request_size_mb),
    mostResponseBytes: bytesOf(general.max_response_size_mb),
    budgets: {
      gateway: boundOf(litellm.max_budget || null, litellm.budget_duration),
      endUser: boundOf(litellm.max_end_user_budget, null),
      newUser: boundOf(litellm.max_internal_user_budget, litellm.internal_user_budget_duration),
    },
    keyGeneration: parseKeyGeneration(litellm),
    jwt: general.enable_jwt_auth === true ? parseJwtConfig(general.litellm_jwtauth ?? {}) : null,
  };
}

function bytesOf(megabytes: number | null | undefined): number | null {
  return typeof megabytes === 'number' ? Math.floor(megabytes * BYTES_PER_MB) : null;
}

function boundOf(
  dollars: number | null | undefined,
  seconds: number | null | undefined,
): BudgetBound | null {
  return typeof dollars === 'number' ? { dollars, seconds: seconds ?? null } : null;
}
