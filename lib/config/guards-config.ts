import type { AddressRange } from './address-range';
import type { JwtConfig } from './jwt-config';
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
