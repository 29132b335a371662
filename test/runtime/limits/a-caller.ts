import type { Caller } from '../../../runtime/auth/caller';
import type { KeyRecord, TeamRecord, UserRecord } from '../../../runtime/directory/records';
import type { CallOutline } from '../../../runtime/limits/plan-demand';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { deployment } from '../../support/gateway-config-builder';

const ENTITY = {
  alias: null,
  models: [],
  blocked: false,
  revoked: false,
  metadata: {},
  createdAtMs: 1_700_000_000_000,
  createdBy: 'master',
  updatedAtMs: 1_700_000_000_000,
  updatedBy: 'master',
  maxBudgetDollars: null,
  softBudgetDollars: null,
  budgetSeconds: null,
  tpmLimit: null,
  rpmLimit: null,
  maxParallelRequests: null,
} as const;

export function aKey(parts: Partial<KeyRecord> = {}): KeyRecord {
  return {
    ...ENTITY,
    id: 'k1',
    accountId: 'k1',
    name: 'sk-...Y3mA',
    role: 'default',
    userId: null,
    teamId: null,
    organizationId: null,
    expiresAtMs: null,
    aliases: {},
    modelRpmLimit: {},
    modelTpmLimit: {},
    modelMaxBudgetDollars: {},
    tags: [],
    allowedRoutes: [],
    permissions: {},
    replacedBy: null,
    revokedFromMs: null,
    issuedAtMs: 1_700_000_000_000,
    rotationSeconds: null,
    ...parts,
  };
}

export function aUser(parts: Partial<UserRecord> = {}): UserRecord {
  return { ...ENTITY, id: 'u1', email: null, role: 'internal_user', teams: [], ...parts };
}

export function aTeam(parts: Partial<TeamRecord> = {}): TeamRecord {
  return { ...ENTITY, id: 't1', organizationId: null, members: [], ...parts };
}

export type KeyCaller = Extract<Caller, { readonly kind: 'key' }>;

export function aCaller(
  key: Partial<KeyRecord>,
  others: { readonly user?: UserRecord; readonly team?: TeamRecord } = {},
): KeyCaller {
  return { kind: 'key', key: aKey(key), user: others.user ?? null, team: others.team ?? null };
}

/** A millionth of a dollar for each token, of the prompt and of the answer. */
export const CHEAP = deployment({
  id: 'cheap',
  inputCostPerToken: 0.000001,
  outputCostPerToken: 0.000001,
});

/** Deployments that may be asked for their own model. */
export function candidatesOf(
  ...deployments: readonly DeploymentConfig[]
): CallOutline['candidates'] {
  return () => deployments.map((deployment) => ({ deployment, model: deployment.providerModel }));
}

export function anOutline(parts: Partial<CallOutline> = {}): CallOutline {
  return {
    group: 'gpt-4o',
    endUser: null,
    promptTokens: 100,
    bodyBytes: 400,
    maxCompletionTokens: null,
    choices: 1,
    candidates: candidatesOf(CHEAP),
    ...parts,
  };
}
