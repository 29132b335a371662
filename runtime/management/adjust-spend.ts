import type { KeyRecord, TeamRecord, UserRecord } from '../directory/records';
import { askStore } from './directory-writer';
import type { ManagementParts } from './management-parts';
import { scopeOf } from './spent';

export type Account =
  | { readonly kind: 'key'; readonly key: KeyRecord }
  | { readonly kind: 'user'; readonly user: UserRecord }
  | { readonly kind: 'team'; readonly team: TeamRecord };

/** Brings spending to an amount by an entry of its own: the ledger is only ever added to, also by administrators. */
export async function adjustSpend(
  parts: ManagementParts,
  account: Account,
  dollars: number,
): Promise<void> {
  const nowMs = parts.clock.wallMs();
  const [spent = 0] = await askStore(() => parts.readSpent([scopeOfAccount(account, nowMs)]));
  const microDollars = Math.round(dollars * 1_000_000) - spent;
  if (microDollars === 0) return;
  parts.ledger.record({
    callId: `adjustment-${parts.createId()}`,
    keyId: account.kind === 'key' ? account.key.accountId : null,
    userId: account.kind === 'user' ? account.user.id : null,
    teamId: account.kind === 'team' ? account.team.id : null,
    organizationId: null,
    endUser: null,
    route: 'adjustment',
    model: '',
    group: '',
    deploymentId: null,
    litellmModel: null,
    provider: null,
    promptTokens: 0,
    completionTokens: 0,
    microDollars,
    estimated: 'none',
    startedAtMs: nowMs,
    firstByteAtMs: null,
    endedAtMs: nowMs,
    outcome: 'adjustment',
    cacheHit: false,
    tags: [],
    sessionId: null,
  });
}

function scopeOfAccount(account: Account, nowMs: number) {
  switch (account.kind) {
    case 'key':
      return scopeOf('key', { ...account.key, id: account.key.accountId }, nowMs);
    case 'user':
      return scopeOf('user', account.user, nowMs);
    case 'team':
      return scopeOf('team', account.team, nowMs);
  }
}
