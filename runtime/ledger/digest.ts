import type { LedgerEntry, PartitionDigest } from './ledger-entry';

/** Of a partition that holds nothing. */
export const EMPTY_DIGEST: PartitionDigest = { calls: 0, maxSeq: 0, microDollars: 0 };

/** The digest with the entries added, in whatever order they come. */
export function reduceDigest(
  digest: PartitionDigest,
  entries: readonly LedgerEntry[],
): PartitionDigest {
  let { calls, maxSeq, microDollars } = digest;
  for (const entry of entries) {
    calls += entry.calls;
    maxSeq = Math.max(maxSeq, entry.seq);
    microDollars += entry.microDollars;
  }
  return { calls, maxSeq, microDollars };
}

export function isSameDigest(a: PartitionDigest, b: PartitionDigest): boolean {
  return a.calls === b.calls && a.maxSeq === b.maxSeq && a.microDollars === b.microDollars;
}
