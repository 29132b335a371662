import type { Caller } from '../auth/caller';
import type { Bounds, KeyRecord, TeamRecord, UserRecord } from '../directory/records';
import { MEMBER_SEPARATOR } from '../ledger/ledger-entry';
import type { SpendScope } from '../ledger/ledger-entry';

/** Whose bound it is. */
export interface QuotaOwner {
  readonly kind: SpendScope['kind'];
  /** What people call it; never a secret. */
  readonly name: string;
}

/** Whose calls are counted against what: nothing for the administrator, nor where there are no keys. */
export type BoundCaller = Extract<Caller, { readonly kind: 'key' }>;

/** Somebody who may be bounded. */
export interface Bounded {
  readonly owner: QuotaOwner;
  /** As the ledger names it, and with its kind in front the store of quotas. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly bounds: Bounds;
}

/** `key:<id>:rpm`, or `key:<id>:rpm:<group>`. */
export function renderQuotaId(
  { owner, id }: Bounded,
  name: 'rpm' | 'tpm' | 'parallel' | 'budget',
  group: string | null,
): string {
  return group === null ? `${owner.kind}:${id}:${name}` : `${owner.kind}:${id}:${name}:${group}`;
}

export function selectOwn(limits: Readonly<Record<string, number>>, group: string): number | null {
  return Object.hasOwn(limits, group) ? (limits[group] ?? null) : null;
}

/** Rotations of a key share one account, so that a new secret is no new budget. */
export function ofKey(key: KeyRecord): Bounded {
  return {
    owner: { kind: 'key', name: key.alias ?? key.name },
    id: key.accountId,
    createdAtMs: key.createdAtMs,
    bounds: key,
  };
}

export function ofUser(user: UserRecord): Bounded {
  return {
    owner: { kind: 'user', name: user.alias ?? user.id },
    id: user.id,
    createdAtMs: user.createdAtMs,
    bounds: user,
  };
}

export function ofTeam(team: TeamRecord): Bounded {
  return {
    owner: { kind: 'team', name: team.alias ?? team.id },
    id: team.id,
    createdAtMs: team.createdAtMs,
    bounds: team,
  };
}

/** The member of the team that the key belongs to, where the team bounds what it spends; its window is the team's. */
export function selectMember({
  key,
  team,
}: BoundCaller): { readonly entity: Bounded; readonly maxBudgetDollars: number } | null {
  if (team === null || key.userId === null) return null;
  const member = team.members.find(({ userId }) => userId === key.userId);
  if (member === undefined || member.maxBudgetDollars === null) return null;
  const entity: Bounded = {
    owner: { kind: 'member', name: `${member.userId} of ${team.alias ?? team.id}` },
    id: `${team.id}${MEMBER_SEPARATOR}${member.userId}`,
    createdAtMs: team.createdAtMs,
    bounds: team,
  };
  return { entity, maxBudgetDollars: member.maxBudgetDollars };
}
