import { MEMBER_SEPARATOR } from './ledger-entry';
import type { Spend, SpendScope, StandingPayer } from './ledger-entry';

/** The one payer of all calls. */
const WHOLE_GATEWAY = 'all';

/**
 * Names of all whose spending a call is, each in all groups and in the call's own. Budgets of the gateway and of end users
 * know no groups.
 */
export function listPayers(spend: Spend, standing: readonly StandingPayer[]): readonly string[] {
  const { group, keyId, teamId, userId } = spend;
  const ids = [
    ['key', keyId],
    ['user', userId],
    ['team', teamId],
    ['member', teamId === null || userId === null ? null : teamId + MEMBER_SEPARATOR + userId],
  ] as const;
  const owners = ids.flatMap(([kind, id]) =>
    id === null ? [] : [namePayer({ kind, id, group: null }), namePayer({ kind, id, group })],
  );
  if (standing.length === 0) return owners;
  const others = standing.flatMap((kind) => {
    const id = kind === 'gateway' ? WHOLE_GATEWAY : spend.endUser;
    return id === null ? [] : [namePayer({ kind, id, group: null })];
  });
  return [...owners, ...others];
}

export function namePayer({ kind, id, group }: Pick<SpendScope, 'kind' | 'id' | 'group'>): string {
  return JSON.stringify([kind, id, group]);
}
