import type { AddressRange } from './address-range';
import type { ConfigFile } from './config-schema';
import type { JwtConfig } from './jwt-config';
import { parseJwtConfig } from './jwt-config';
import { parseKeyGeneration } from './key-generation-config';
import type { KeyGenerationConfig } from './key-generation-config';

/** Who and what is kept out, as `general_settings` and `litellm_settings` say it. Where nothing is said, nothing is asked. */
export interface GuardsConfig {
  /** `allowed_ips`: where clients may come from; null: from anywhere. Probes are asked from anywhere. */
  readonly allowedClients: readonly AddressRange[] | null;
  /** Whose `x-forwarded-for` is believed; empty: nobody's, the peer of the connection is the client. */
  readonly trustedProxies: readonly AddressRange[];
  /** `litellm_key_header_name`, in lower case: the only header that a key is looked for in; null: the usual ones. */
  readonly keyHeader: string | null;
  /** `allowed_routes`, as patterns: all that is served at all; null: everything. */
  readonly servedRoutes: readonly string[] | null;
  /** `public_routes`, as patterns: served without a key. */
  readonly publicRoutes: readonly string[];
  /** `admin_only_routes`, as patterns. */
  readonly adminRoutes: readonly string[];
  readonly metrics: 'open' | 'administrators';
  /** Browsers' origins that may call this gateway; `*`: every one. */
  readonly corsOrigins: readonly string[];
  readonly content: ContentGuards;
  /** Null: the gateway's own bound. */
  readonly mostRequestBytes: number | null;
  /** Of an answer that is one document; null: any. */
  readonly mostResponseBytes: number | null;
  readonly budgets: StandingBudgets;
  readonly keyGeneration: KeyGenerationConfig;
  /** Null: no token of an identity provider is looked at. */
  readonly jwt: JwtConfig | null;
}

/** What the body of a call must have and must not have. */
export interface ContentGuards {
  /** `enforced_params`: dotted paths that every body has. */
  readonly requiredParams: readonly string[];
  /** The same for keys whose metadata has a `service_account_id`. */
  readonly serviceAccountParams: readonly string[];
  /** `enforce_user_param`. */
  readonly user: 'optional' | 'required';
  /** `reject_clientside_metadata_tags`. */
  readonly clientTags: 'allowed' | 'refused';
  readonly blockedUsers: readonly string[];
  /** In lower case. */
  readonly bannedKeywords: readonly string[];
}

/** Budgets that hold whatever key is shown. */
export interface StandingBudgets {
  /** All calls of the gateway together; null: no bound. */
  readonly gateway: BudgetBound | null;
  /** Each `user` that bodies name; null: no bound. */
  readonly endUser: BudgetBound | null;
  /** What a new internal user may spend where nobody says otherwise; null: no bound. */
  readonly newUser: BudgetBound | null;
}

export interface BudgetBound {
  /** Unit: US dollars. */
  readonly dollars: number;
  /** Length of its window; null: it never starts anew. Unit: seconds. */
  readonly seconds: number | null;
}

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
