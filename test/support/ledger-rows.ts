import type { LedgerBatch, LedgerEntry, Partition } from '../../runtime/ledger/ledger-entry';

/** One call of a thousandth of a dollar; name what the test is about. */
export function ledgerRow(parts: Partial<LedgerEntry> & { readonly seq: number }): LedgerEntry {
  return {
    calls: 1,
    callId: `call-${parts.seq}`,
    keyId: 'key-1',
    userId: null,
    teamId: null,
    organizationId: null,
    endUser: null,
    route: 'chat_completions',
    model: 'gpt-4o',
    group: 'gpt-4o',
    deploymentId: 'deployment-1',
    litellmModel: 'openai/gpt-4o',
    provider: 'openai',
    promptTokens: 7,
    completionTokens: 3,
    microDollars: 1000,
    estimated: 'none',
    startedAtMs: 1_700_000_000_000,
    firstByteAtMs: 1_700_000_000_200,
    endedAtMs: 1_700_000_000_900,
    outcome: 'success',
    cacheHit: false,
    tags: [],
    sessionId: null,
    ...parts,
  };
}

/** Splits a partition's entries into batches, each with the digest up to its last entry. */
export function ledgerBatches(
  partition: Partition,
  entries: readonly LedgerEntry[],
  perBatch: number,
): readonly LedgerBatch[] {
  const starts = entries.map((_, index) => index).filter((index) => index % perBatch === 0);
  return starts.map((start) => ({
    partition,
    entries: entries.slice(start, start + perBatch),
    digest: digestOf(entries.slice(0, start + perBatch)),
  }));
}

export function digestOf(entries: readonly LedgerEntry[]): LedgerBatch['digest'] {
  return {
    calls: entries.reduce((sum, { calls }) => sum + calls, 0),
    maxSeq: Math.max(0, ...entries.map(({ seq }) => seq)),
    microDollars: entries.reduce((sum, { microDollars }) => sum + microDollars, 0),
  };
}
