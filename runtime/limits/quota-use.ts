import type { Quota } from './quota';

/** What one replica remembers of one quota in one window. Plain data. */
export interface QuotaUse {
  /** Reserved by calls of this replica that are not over. */
  readonly held: number;
  /** Where this replica counts alone: since when, and how much since. Null: the shared store counts. */
  readonly alone: AloneUse | null;
  /** The shared count, this replica's part included, when it was last heard of. */
  readonly seen: number;
  /** What the shared count lacks of this replica's use; negative: what it has too much. */
  readonly unreported: number;
}

export interface AloneUse {
  /** What was used by all when this replica was left alone, as far as it knew. */
  readonly base: number;
  /** Of its own since. */
  readonly used: number;
}

export const UNUSED_QUOTA: QuotaUse = { held: 0, alone: null, seen: 0, unreported: 0 };

/**
 * What a replica may still grant by itself: its share of what was left when it was left alone, minus what it used since,
 * and never more than what is left by the ledger. Shares of all replicas add up to what was left.
 */
export function selectRoomAlone(use: QuotaUse, quota: Quota, replicas: number): number {
  if (quota.kind === 'concurrent') return selectPart(quota.limit, replicas) - use.held;
  const { base, used } = use.alone ?? planAlone(use, quota, replicas);
  return Math.min(selectPart(quota.limit - base, replicas) - used, selectRoomKnown(use, quota));
}

/** What is left at most, whoever else uses it: what the ledger knows of is spent, what is held here is promised. */
export function selectRoomKnown(use: QuotaUse, { kind, limit, known }: Quota): number {
  return kind === 'concurrent' ? limit - use.held : limit - known - use.held;
}

/**
 * Two views of what was used already: the shared count, with everything that was reserved then, or the ledger, with what
 * this replica holds itself. Either may be behind; the one that leaves less is taken.
 */
function planAlone(use: QuotaUse, { limit, known }: Quota, replicas: number): AloneUse {
  const byStore = { base: use.seen, used: 0 };
  const byLedger = { base: known, used: use.held };
  const room = ({ base, used }: AloneUse): number => selectPart(limit - base, replicas) - used;
  return room(byLedger) < room(byStore) ? byLedger : byStore;
}

/** At least one, or a small limit would serve nobody while the shared store is away. */
function selectPart(left: number, replicas: number): number {
  return left <= 0 ? 0 : Math.max(Math.min(1, left), left / replicas);
}

export function reduceGrantAlone(use: QuotaUse, quota: Quota, replicas: number): QuotaUse {
  const { base, used } = use.alone ?? planAlone(use, quota, replicas);
  return {
    ...use,
    held: use.held + quota.amount,
    alone: { base, used: used + quota.amount },
    unreported: use.unreported + quota.amount,
  };
}

/** The shared store answered: from here on it counts again. */
export function reduceGrantShared(use: QuotaUse, { limit, amount }: Quota, left: number): QuotaUse {
  return { ...use, held: use.held + amount, alone: null, seen: limit - left };
}

export function reduceRefusedShared(use: QuotaUse, { limit }: Quota, left: number): QuotaUse {
  return { ...use, alone: null, seen: limit - left };
}

export function reduceSettlement(use: QuotaUse, amount: number, used: number): QuotaUse {
  const more = used - amount;
  return {
    ...use,
    held: use.held - amount,
    alone: use.alone === null ? null : { ...use.alone, used: use.alone.used + more },
    unreported: use.unreported + more,
  };
}

/** The ledger was read anew: what the others spent meanwhile is known, and what is left is shared out again. */
export function reduceLedgerRead(use: QuotaUse): QuotaUse {
  return use.alone === null ? use : { ...use, alone: null, seen: 0 };
}
