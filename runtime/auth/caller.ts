import type { KeyRecord, TeamRecord, UserRecord } from '../directory/records';

/** Who asks. */
export type Caller =
  /** No key is configured, which the gateway allows on loopback alone. */
  | { readonly kind: 'open' }
  /** The administrator. */
  | { readonly kind: 'master' }
  | {
      readonly kind: 'key';
      readonly key: KeyRecord;
      readonly user: UserRecord | null;
      readonly team: TeamRecord | null;
      /** The customer that a token of an identity provider names: it counts, whatever the body says. */
      readonly endUser?: string | null;
      /** Further teams of a token that has several; the model decides which one it is. */
      readonly otherTeams?: readonly TeamRecord[];
    };

/** Whose memory a request takes: a key's own, or that of all who share the master key. */
export function selectAccount(caller: Caller): string {
  return caller.kind === 'key' ? caller.key.id : caller.kind;
}
