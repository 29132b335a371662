import type { KeyRecord, TeamRecord, UserRecord } from '../directory/records';
import type { SpendScope } from '../ledger/ledger-entry';
import { selectBudgetWindow } from '../limits/budget-window';
import type { ManagementParts } from './management-parts';
import { renderKey, renderTeam, renderUser } from './render-rows';
import type { Row, Spent } from './render-rows';

/** Rows of keys with what each has spent in the window of its budget. */
export async function readKeyRows(
  parts: ManagementParts,
  keys: readonly KeyRecord[],
): Promise<readonly Row[]> {
  const nowMs = parts.clock.wallMs();
  const scopes = keys.map((key) => scopeOf('key', { ...key, id: key.accountId }, nowMs));
  const spent = await readSpent(parts, scopes);
  return keys.map((key, index) => renderKey(key, spent[index] ?? null, nowMs));
}

export async function readUserRows(
  parts: ManagementParts,
  users: readonly UserRecord[],
): Promise<readonly Row[]> {
  const nowMs = parts.clock.wallMs();
  const spent = await readSpent(
    parts,
    users.map((user) => scopeOf('user', user, nowMs)),
  );
  return users.map((user, index) => renderUser(user, spent[index] ?? null, nowMs));
}

export async function readTeamRows(
  parts: ManagementParts,
  teams: readonly TeamRecord[],
): Promise<readonly Row[]> {
  const nowMs = parts.clock.wallMs();
  const spent = await readSpent(
    parts,
    teams.map((team) => scopeOf('team', team, nowMs)),
  );
  return teams.map((team, index) => renderTeam(team, spent[index] ?? null, nowMs));
}

export function scopeOf(
  kind: SpendScope['kind'],
  entity: Pick<KeyRecord, 'id' | 'createdAtMs' | 'budgetSeconds'>,
  nowMs: number,
): SpendScope {
  const { sinceMs } = selectBudgetWindow(entity.createdAtMs, entity.budgetSeconds, nowMs);
  return { kind, id: entity.id, group: null, sinceMs, region: null };
}

/** Who a key belongs to can be told without the store; what it spent is null then. */
async function readSpent(
  parts: ManagementParts,
  scopes: readonly SpendScope[],
): Promise<readonly Spent[]> {
  if (scopes.length === 0) return [];
  try {
    return await parts.readSpent(scopes);
  } catch {
    return scopes.map(() => null);
  }
}
