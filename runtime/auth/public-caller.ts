import type { KeyRecord } from '../directory/records';
import type { Caller } from './caller';

/**
 * Who asks for a route of `public_routes`: nobody in particular. A key that may read and has nothing, so that whatever is
 * asked of callers further in is asked of it too, and what it spends is in the books.
 */
const PUBLIC_KEY: KeyRecord = {
  id: 'public-routes',
  accountId: 'public-routes',
  name: 'public routes',
  alias: null,
  role: 'read_only',
  models: [],
  blocked: false,
  revoked: false,
  metadata: {},
  createdAtMs: 0,
  createdBy: 'configuration',
  updatedAtMs: 0,
  updatedBy: 'configuration',
  maxBudgetDollars: null,
  softBudgetDollars: null,
  budgetSeconds: null,
  tpmLimit: null,
  rpmLimit: null,
  maxParallelRequests: null,
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
  issuedAtMs: 0,
  rotationSeconds: null,
};

export const PUBLIC_CALLER: Caller = { kind: 'key', key: PUBLIC_KEY, user: null, team: null };

export function isPublicCaller(caller: Caller): boolean {
  return caller === PUBLIC_CALLER;
}
