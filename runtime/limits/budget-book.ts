import type { LedgerStore, Partition, SpendScope } from '../ledger/ledger-entry';
import type { Cancel, Ports } from '../ports';
import type { Quota } from './quota';

/** The ledger of this process, as far as budgets go by it. */
export interface OwnSpending {
  readonly partition: Partition;
  /**
   * Micro-dollars spent since the scope's window began by this process, and by former ones as far as their spool is not
   * stored yet.
   */
  ownSpend(scope: SpendScope): number;
}

export interface BudgetBookParts {
  /** Null: there is no ledger beside this process's own. */
  readonly store: Pick<LedgerStore, 'readTotals'> | null;
  readonly own: OwnSpending;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  /** Hears that a budget was read anew. */
  readonly onRead: (budget: BudgetName) => void;
}

export type BudgetName = Pick<Quota, 'id' | 'window'>;

interface Entry {
  readonly budget: BudgetName;
  readonly scope: SpendScope;
  /** Spent by the other partitions, when they were last read. */
  others: number;
  own: number;
  /** What left `own` because it was stored; until a read that began later than that, nobody else counts it. */
  shipped: number;
  shippedBefore: number;
  usedMs: number;
}

export const READ_EVERY_MS = 10_000;
/** A budget that was never read is read soon, together with the others that come up meanwhile. */
const FIRST_READ_MS = 20;
const FORGET_AFTER_MS = 600_000;
/** Bounds memory and the size of a question. The least recently used is forgotten, and read again when it is back. */
const MOST_BUDGETS = 20_000;

/**
 * What is spent of every budget in use: the others' part as the store has it, read every ten seconds, and the own part
 * to the call. While the store is away the others' part stands still. Answers at once and never fails.
 */
export class BudgetBook {
  private readonly entries = new Map<string, Entry>();
  private cancel: Cancel | null = null;
  private reading: 'yes' | 'no' = 'no';
  /** Budgets that no read has covered yet. */
  private readonly fresh = new Set<string>();
  private state: 'running' | 'stopped' = 'stopped';

  constructor(private readonly parts: BudgetBookParts) {}

  get size(): number {
    return this.entries.size;
  }

  start(): void {
    this.state = 'running';
    this.schedule(this.fresh.size > 0 ? FIRST_READ_MS : READ_EVERY_MS);
  }

  stop(): void {
    this.state = 'stopped';
    this.cancel?.();
  }

  /** Micro-dollars. */
  selectSpent(budget: BudgetName, scope: SpendScope): number {
    const entry = this.entryOf(budget, scope);
    this.refreshOwn(entry);
    return entry.others + entry.own + entry.shipped + entry.shippedBefore;
  }

  private entryOf(budget: BudgetName, scope: SpendScope): Entry {
    const usedMs = this.parts.ports.clock.nowMs();
    const known = this.entries.get(budget.id);
    if (known !== undefined && known.budget.window === budget.window) {
      known.usedMs = usedMs;
      // The last of the map is the most recently used.
      this.entries.delete(budget.id);
      this.entries.set(budget.id, known);
      return known;
    }
    const entry: Entry = {
      budget: { id: budget.id, window: budget.window },
      scope,
      others: 0,
      own: this.parts.own.ownSpend(scope),
      shipped: 0,
      shippedBefore: 0,
      usedMs,
    };
    this.entries.delete(budget.id);
    this.entries.set(budget.id, entry);
    this.forgetOldest();
    if (this.fresh.size === 0) this.schedule(FIRST_READ_MS);
    this.fresh.add(budget.id);
    return entry;
  }

  private forgetOldest(): void {
    if (this.entries.size <= MOST_BUDGETS) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.forget(oldest);
  }

  private forget(id: string): void {
    this.entries.delete(id);
    this.fresh.delete(id);
  }

  private refreshOwn(entry: Entry): void {
    const own = this.parts.own.ownSpend(entry.scope);
    // A former process's part became the store's. It is counted on here until the store has surely told of it.
    if (own < entry.own) entry.shipped += entry.own - own;
    entry.own = own;
  }

  private schedule(delayMs: number): void {
    if (this.state === 'stopped' || this.parts.store === null || this.reading === 'yes') return;
    this.cancel?.();
    const { clock, random } = this.parts.ports;
    const jitteredMs = delayMs * (0.8 + 0.4 * random.next());
    this.cancel = clock.after(jitteredMs, () => void this.read());
  }

  private async read(): Promise<void> {
    const { store, own, ports, onRead } = this.parts;
    const entries = [...this.entries.values()];
    if (store !== null && entries.length > 0) {
      this.reading = 'yes';
      this.fresh.clear();
      for (const entry of entries) this.refreshOwn(entry);
      const shipped = entries.map((entry) => entry.shipped);
      try {
        const scopes = entries.map(({ scope }) => scope);
        const totals = await store.readTotals(scopes, own.partition);
        entries.forEach((entry, at) => {
          this.refreshOwn(entry);
          entry.others = totals[at] ?? entry.others;
          // One read longer than needed, since what is read may lag behind what was written.
          entry.shippedBefore = shipped[at] ?? 0;
          entry.shipped -= entry.shippedBefore;
          onRead(entry.budget);
        });
        // Only now: while the store is away, what is forgotten could not be found out again.
        this.forgetIdle(ports.clock.nowMs());
      } catch {
        // The store is away, which its own probe tells: what was known stays known.
      }
      this.reading = 'no';
    }
    this.schedule(this.fresh.size > 0 ? FIRST_READ_MS : READ_EVERY_MS);
  }

  private forgetIdle(nowMs: number): void {
    for (const [id, { usedMs }] of this.entries) {
      if (nowMs - usedMs < FORGET_AFTER_MS) return;
      this.forget(id);
    }
  }
}
