import { MEMBER_SEPARATOR } from './ledger-entry';
import type { Spend, SpendScope } from './ledger-entry';

/** Names of all whose spending a call is, each in all groups and in the call's own. */
export function listPayers({ group, keyId, teamId, userId }: Spend): readonly string[] {
  const ids = [
    ['key', keyId],
    ['user', userId],
    ['team', teamId],
    ['member', teamId === null || userId === null ? null : teamId + MEMBER_SEPARATOR + userId],
  ] as const;
  return ids.flatMap(([kind, id]) =>
    id === null ? [] : [namePayer({ kind, id, group: null }), namePayer({ kind, id, group })],
  );
}

export function namePayer({ kind, id, group }: Pick<SpendScope, 'kind' | 'id' | 'group'>): string {
  return JSON.stringify([kind, id, group]);
}
