import type { JsonValue } from './change';

/** Bounds that a key, a user or a team may carry. Null: no bound. */
export interface Bounds {
  /** Unit: US dollars, as the administrator wrote them. */
  readonly maxBudgetDollars: number | null;
  /** Crossing it is told in a metric and in the log; nothing is refused. Unit: US dollars. */
  readonly softBudgetDollars: number | null;
  /** After which the budget starts anew, counted from `createdAtMs`; null: never. Unit: seconds. */
  readonly budgetSeconds: number | null;
  /** Tokens per minute. */
  readonly tpmLimit: number | null;
  /** Requests per minute. */
  readonly rpmLimit: number | null;
  /** Requests at once. */
  readonly maxParallelRequests: number | null;
}

interface Entity {
  readonly id: string;
  /** LiteLLM's name for what it is called: `key_alias`, `user_alias`, `team_alias`. */
  readonly alias: string | null;
  /** Names of models, wildcards, access groups; empty: every model. */
  readonly models: readonly string[];
  readonly blocked: boolean;
  /** Deleted, rotated away or withdrawn: the one state nothing leads out of. */
  readonly revoked: boolean;
  readonly metadata: Readonly<Record<string, JsonValue>>;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}

/** What a key may ask for: LiteLLM's `key_type`. */
export type KeyRole = 'default' | 'llm_api' | 'management' | 'read_only';

/** A virtual key. Its secret is not here: `id` is an HMAC of it, made with the pepper of this installation. */
export interface KeyRecord extends Entity, Bounds {
  /** `sk-...` and its last four characters, for people. */
  readonly name: string;
  readonly role: KeyRole;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly organizationId: string | null;
  /** Unit: milliseconds since 1970; null: never. */
  readonly expiresAtMs: number | null;
  /** A name that this key's client uses → the model that is meant. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly modelRpmLimit: Readonly<Record<string, number>>;
  readonly modelTpmLimit: Readonly<Record<string, number>>;
  readonly modelMaxBudgetDollars: Readonly<Record<string, number>>;
  readonly tags: readonly string[];
  /** Paths; empty: those of the role. */
  readonly allowedRoutes: readonly string[];
  readonly permissions: Readonly<Record<string, JsonValue>>;
  /** Rotation: the key that came in its place. */
  readonly replacedBy: string | null;
  /**
   * Rotation: from then on the key counts as revoked; null: no such time. Like `revoked` it is never taken back: the
   * earliest time wins. Unit: milliseconds since 1970.
   */
  readonly revokedFromMs: number | null;
  /**
   * Whose spending and limits it counts to: the id of the first key in its line of rotations, its own where there was
   * none. Quotas and the ledger go by it, so that a rotation neither empties a budget nor doubles it.
   */
  readonly accountId: string;
  /** When this secret was made; `createdAtMs` is when the first one of its line was. Unit: milliseconds since 1970. */
  readonly issuedAtMs: number;
  /** Asks for a new secret by itself after so long; null: never. Unit: seconds. */
  readonly rotationSeconds: number | null;
}

export type UserRole =
  'proxy_admin' | 'proxy_admin_viewer' | 'internal_user' | 'internal_user_viewer';

export interface UserRecord extends Entity, Bounds {
  readonly email: string | null;
  readonly role: UserRole;
  readonly teams: readonly string[];
}

export interface TeamMember {
  readonly userId: string;
  readonly role: 'admin' | 'user';
  readonly maxBudgetDollars: number | null;
}

export interface TeamRecord extends Entity, Bounds {
  readonly organizationId: string | null;
  /** Each member is a field of its own (`member:<user id>`), so that two administrators can add one each at once. */
  readonly members: readonly TeamMember[];
}
