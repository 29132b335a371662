import { compactEntries } from './compact-entries';
import type { LedgerEntry } from './ledger-entry';

/** About what an entry takes in memory or in a file. */
export const ENTRY_BYTES = 640;

/** Entries in memory, in order. Bounded: beyond the bound they are added up. */
export class EntryQueue {
  private items: LedgerEntry[] = [];
  private compactAt: number;
  /** Entries that were added to others so far. */
  compacted = 0;
  /** Up to the last of these numbers, an entry may hold calls from the first on. */
  private mixed = { first: 0, last: 0 };

  constructor(private readonly most: number) {
    this.compactAt = most;
  }

  get length(): number {
    return this.items.length;
  }

  get oldestAtMs(): number | null {
    return this.items[0]?.endedAtMs ?? null;
  }

  /** The lowest number whose call is in the queue; null: it is empty. */
  get lowestSeq(): number | null {
    const first = this.items[0];
    if (first === undefined) return null;
    return first.seq <= this.mixed.last ? this.mixed.first : first.seq;
  }

  push(entry: LedgerEntry): void {
    this.items.push(entry);
    if (this.items.length > this.compactAt) this.compact();
  }

  /** Takes the oldest. */
  take(most: number): readonly LedgerEntry[] {
    return this.items.splice(0, most);
  }

  /** Puts back what was taken. */
  unshift(entries: readonly LedgerEntry[]): void {
    this.items = [...entries, ...this.items];
    if (this.items.length > this.compactAt) this.compact();
  }

  private compact(): void {
    const before = this.items.length;
    this.mixed = { first: this.lowestSeq ?? 0, last: this.items.at(-1)?.seq ?? 0 };
    this.items = [...compactEntries(this.items)];
    this.compacted += before - this.items.length;
    // Where nearly all payers differ, little is gained; to try at every entry would cost a second each time.
    this.compactAt = Math.max(this.most, this.items.length * 2);
  }
}
