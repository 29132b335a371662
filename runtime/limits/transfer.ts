/**
 * Part of a budget that one region hands to another. Only the giving region writes it, out of what it has not spent, so
 * shares never add up to more than the budget, however late anybody hears of it. Appended, never altered.
 */
export interface Transfer {
  /** Unique; see `directory/stamp.ts`. */
  readonly stamp: string;
  /** Whose budget: the id of its quota. */
  readonly quotaId: string;
  /** Number of the budget's window. */
  readonly window: number;
  readonly fromRegion: string;
  readonly toRegion: string;
  /** Positive. Unit: millionths of a US dollar. */
  readonly microDollars: number;
}

/** Where regions find each other's transfers. Every call may fail; then a region goes on with the share it knows of. */
export interface TransferStore {
  /** Of these budgets, in the windows that are running. */
  read(budgets: readonly Pick<Transfer, 'quotaId' | 'window'>[]): Promise<readonly Transfer[]>;
  /** Idempotent. */
  write(transfers: readonly Transfer[]): Promise<void>;
}
