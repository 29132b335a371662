/** What one call used, and who pays. Made at the end of the call, however it ended. */
export interface Spend {
  readonly callId: string;
  /** Null: the master key, or no key at all. */
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly organizationId: string | null;
  /** The client's own customer, its `user` parameter. */
  readonly endUser: string | null;
  readonly route: string;
  /** As the client named it. */
  readonly model: string;
  readonly group: string;
  readonly deploymentId: string | null;
  readonly litellmModel: string | null;
  readonly provider: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /**
   * Integer, so that sums are exact in any order. Negative where something is given back. Unit: millionths of a US
   * dollar.
   */
  readonly microDollars: number;
  /** Which part of the amount is a guess: what was used, because no provider told, what it costs, or both. */
  readonly estimated: 'none' | 'usage' | 'price' | 'both';
  /** Unit: milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly firstByteAtMs: number | null;
  readonly endedAtMs: number;
  /** `success`, or the code of the error. */
  readonly outcome: string;
  readonly cacheHit: boolean;
  readonly tags: readonly string[];
  readonly sessionId: string | null;
}

/** An entry has one writer: the process of this boot, in this region. Its number within the boot makes it unique. */
export interface Partition {
  readonly region: string;
  /** Random, new with every start of a process. */
  readonly boot: string;
}

export interface LedgerEntry extends Spend {
  /** Counts up from 1 within the partition, without gaps. */
  readonly seq: number;
  /** Calls in this entry: 1, or more where entries were added up to save space. Their numbers end with `seq`. */
  readonly calls: number;
}

/** What a partition holds up to and including an entry: enough to prove that nothing is missing and nothing is double. */
export interface PartitionDigest {
  readonly calls: number;
  readonly maxSeq: number;
  readonly microDollars: number;
}

/** Entries that are stored all or not at all. */
export interface LedgerBatch {
  readonly partition: Partition;
  readonly entries: readonly LedgerEntry[];
  /** Of the partition, from its first entry to the last of this batch. */
  readonly digest: PartitionDigest;
}

/** Where all partitions come together. Every call may fail; the spool keeps what is not stored yet. */
export interface LedgerStore {
  /** In one transaction, and to no effect when it was stored before. */
  write(batch: LedgerBatch): Promise<void>;
  /** What is stored of the partition, counted from its entries. */
  readDigest(partition: Partition): Promise<PartitionDigest>;
  /** Spent by each scope since its window began, without the entries of one partition, which its writer knows better. */
  readTotals(scopes: readonly SpendScope[], without: Partition): Promise<readonly number[]>;
}

/** No id holds it: the separator of units in ASCII. */
export const MEMBER_SEPARATOR = '\u001f';

/** Who pays beside the owners of a key, where there are budgets of this kind. */
export type StandingPayer = 'end_user' | 'gateway';

/** Whose spending since when. */
export interface SpendScope {
  /**
   * `member`: what a user spent through the keys of one team. `end_user`: what was spent for one customer of a client.
   * `gateway`: everything.
   */
  readonly kind: 'key' | 'user' | 'team' | 'member' | StandingPayer;
  /** Of a member: the ids of team and user, in this order, with `MEMBER_SEPARATOR` between them. */
  readonly id: string;
  /** Only calls of this group; null: all. */
  readonly group: string | null;
  /** Unit: milliseconds since 1970. */
  readonly sinceMs: number;
  /** Only what was spent in this region; null: in all. */
  readonly region: string | null;
}

/** What the request path sees of the ledger: never waits, never fails. */
export interface LedgerWriter {
  readonly partition: Partition;
  record(spend: Spend): void;
}
