/**
 * A bound that several replicas keep together: so many requests or tokens in a minute, so many requests at once, so many
 * micro-dollars in a budget's window.
 */
export interface Quota {
  /** Names the bound and whose it is: `key:<id>:rpm`, `team:<id>:budget`, `key:<id>:tpm:gpt-4o` … */
  readonly id: string;
  /**
   * `window`: what was used stays used until the window ends. `concurrent`: what was reserved is given back at the end.
   */
  readonly kind: 'window' | 'concurrent';
  readonly limit: number;
  /** What this request is going to use, as far as anyone knows before. */
  readonly amount: number;
  /** Number of the window that is running; 0 for `concurrent`. */
  readonly window: number;
  /** Unit: milliseconds since 1970; null: it never ends. */
  readonly windowEndsMs: number | null;
  /**
   * What is known to be used already in this window from the ledger; a store that has never heard of the window starts
   * from here. 0 where nothing is recorded (requests, tokens).
   */
  readonly known: number;
}

export type Verdict =
  | { readonly kind: 'granted'; readonly remaining: readonly number[] }
  /** Nothing was reserved. */
  | { readonly kind: 'refused'; readonly quota: Quota; readonly remaining: number };

/** What came of a reservation: the quota as it was reserved, and what was used in truth. */
export interface Settlement {
  readonly quota: Quota;
  /** For `concurrent` always 0: the place is free again. */
  readonly used: number;
}

/** Keeps count. All quotas of a call are reserved together, or none. */
export interface QuotaStore {
  reserve(quotas: readonly Quota[]): Promise<Verdict>;
  settle(settlements: readonly Settlement[]): Promise<void>;
}
