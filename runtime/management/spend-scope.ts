import { EVERY_SPEND } from '../database/sql-spend-reader';
import type { SpendFilter } from '../database/sql-spend-reader';
import type { ManagementParts } from './management-parts';
import { KeyFinder } from './key-finder';
import type { ManagementRequest } from './operation';
import { parseDays, selectText } from './page-query';
import { permissionDenied } from './powers';

/**
 * What of the ledger a request asks for: its filters, within what the caller may see. Who is bound to a user or a team and
 * names neither gets its own user's, else its own team's, else its own key's.
 */
export async function resolveSpendFilter(
  parts: ManagementParts,
  request: ManagementRequest,
): Promise<SpendFilter> {
  const { query, power } = request;
  const named = selectText(query, 'api_key');
  const key = named === null ? null : await new KeyFinder(parts).find(request, named);
  const asked: SpendFilter = {
    ...EVERY_SPEND,
    callId: selectText(query, 'request_id'),
    keyId: key?.accountId ?? null,
    userId: selectText(query, 'user_id'),
    teamId: selectText(query, 'team_id'),
    ...parseDays(query),
  };
  if (power.kind === 'administrator' || power.kind === 'auditor') return asked;
  const own = power.key;
  if (asked.userId !== null && asked.userId !== own.userId) {
    throw permissionDenied('user_id must be that of the key that asks');
  }
  if (asked.teamId !== null && asked.teamId !== own.teamId) {
    throw permissionDenied('team_id must be that of the key that asks');
  }
  if (asked.keyId !== null || asked.userId !== null || asked.teamId !== null) return asked;
  if (own.userId !== null) return { ...asked, userId: own.userId };
  if (own.teamId !== null) return { ...asked, teamId: own.teamId };
  return { ...asked, keyId: own.accountId };
}
