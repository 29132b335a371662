import type { LedgerEntry } from './ledger-entry';

const DAY_MS = 86_400_000;

/**
 * Adds up entries that differ only in what nobody sums by: the same payer, group, deployment, day and outcome. What is
 * left keeps the highest number of its members, so the last number of the whole stays what it was, and two forms of the
 * same entries always collide in a store. Counts and sums stay exact.
 */
export function compactEntries(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const sums = new Map<string, LedgerEntry>();
  const closed: LedgerEntry[] = [];
  for (const entry of entries) {
    const key = renderKey(entry);
    const sum = sums.get(key);
    if (sum === undefined) {
      sums.set(key, entry);
      continue;
    }
    const added = addEntries(sum, entry);
    // A sum that a double cannot hold exactly is left alone, and another one begun.
    if (!isExact(added)) closed.push(sum);
    sums.set(key, isExact(added) ? added : entry);
  }
  return [...closed, ...sums.values()].sort((a, b) => a.seq - b.seq);
}

function renderKey(entry: LedgerEntry): string {
  const { keyId, userId, teamId, organizationId, group, deploymentId, outcome, estimated } = entry;
  const day = Math.floor(entry.endedAtMs / DAY_MS);
  return JSON.stringify([
    keyId,
    userId,
    teamId,
    organizationId,
    group,
    deploymentId,
    day,
    outcome,
    estimated,
  ]);
}

function addEntries(a: LedgerEntry, b: LedgerEntry): LedgerEntry {
  const last = a.seq > b.seq ? a : b;
  return {
    ...last,
    calls: a.calls + b.calls,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    microDollars: a.microDollars + b.microDollars,
    startedAtMs: Math.min(a.startedAtMs, b.startedAtMs),
    endedAtMs: Math.max(a.endedAtMs, b.endedAtMs),
    firstByteAtMs: null,
    endUser: a.endUser === b.endUser ? a.endUser : null,
    sessionId: a.sessionId === b.sessionId ? a.sessionId : null,
    cacheHit: a.cacheHit && b.cacheHit,
    tags: isSameList(a.tags, b.tags) ? a.tags : [],
  };
}

function isExact({ promptTokens, completionTokens, microDollars }: LedgerEntry): boolean {
  return [promptTokens, completionTokens, microDollars].every(Number.isSafeInteger);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
