import type {
  LedgerBatch,
  LedgerEntry,
  LedgerStore,
  Partition,
  PartitionDigest,
  Spend,
} from '../../runtime/ledger/ledger-entry';
import { EMPTY_DIGEST, reduceDigest } from '../../runtime/ledger/digest';

export const PARTITION: Partition = { region: 'eu', boot: 'boot-1' };

export function spend(given: Partial<Spend> = {}): Spend {
  return {
    callId: 'call',
    keyId: 'key',
    userId: null,
    teamId: null,
    organizationId: null,
    endUser: null,
    route: 'chat_completions',
    model: 'gpt-4o',
    group: 'gpt-4o',
    deploymentId: 'one',
    litellmModel: 'openai/gpt-4o',
    provider: 'openai',
    promptTokens: 7,
    completionTokens: 3,
    microDollars: 100,
    estimated: 'none',
    startedAtMs: 1_700_000_000_000,
    firstByteAtMs: 1_700_000_000_100,
    endedAtMs: 1_700_000_000_200,
    outcome: 'success',
    cacheHit: false,
    tags: [],
    sessionId: null,
    ...given,
  };
}

export function entry(seq: number, given: Partial<LedgerEntry> = {}): LedgerEntry {
  return { seq, calls: 1, ...spend({ callId: `call-${seq}` }), ...given };
}

/** Entries with the numbers from the first to the last. */
export function entries(
  first: number,
  last: number,
  given: Partial<LedgerEntry> = {},
): LedgerEntry[] {
  return Array.from({ length: last - first + 1 }, (_, index) => entry(first + index, given));
}

/** What a write comes to: `lost-ack` stores the batch and then fails. */
export type WriteResult = 'stored' | 'lost-ack' | 'refused';

/** A store as SQL makes one: rows by number, and a row that is there stays as it is. */
export class ModelStore implements LedgerStore {
  readonly rows = new Map<string, LedgerEntry>();
  attempts = 0;

  constructor(public answer: (attempt: number) => WriteResult = () => 'stored') {}

  write({ partition, entries: given }: LedgerBatch): Promise<void> {
    this.attempts += 1;
    const result = this.answer(this.attempts);
    if (result === 'refused') return Promise.reject(new Error('refused'));
    for (const row of given) {
      const key = `${partition.boot} ${row.seq}`;
      if (!this.rows.has(key)) this.rows.set(key, row);
    }
    return result === 'stored' ? Promise.resolve() : Promise.reject(new Error('no answer'));
  }

  readDigest({ boot }: Partition): Promise<PartitionDigest> {
    return Promise.resolve(reduceDigest(EMPTY_DIGEST, this.ofBoot(boot)));
  }

  readTotals(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }

  ofBoot(boot: string): readonly LedgerEntry[] {
    return [...this.rows].filter(([key]) => key.startsWith(`${boot} `)).map(([, row]) => row);
  }
}
