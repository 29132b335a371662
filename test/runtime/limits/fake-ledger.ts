import type {
  LedgerStore,
  Partition,
  Spend,
  SpendScope,
} from '../../../runtime/ledger/ledger-entry';
import type { OwnSpending } from '../../../runtime/limits/budget-book';

interface Entry {
  readonly partition: Partition;
  readonly payer: string;
  readonly microDollars: number;
}

/** A ledger in memory, of one key: what every process spent, and what of it is stored. */
export class FakeLedger implements Pick<LedgerStore, 'readTotals'> {
  private readonly spent: Entry[] = [];
  private stored: readonly Entry[] = [];
  state: 'up' | 'away' = 'up';
  reads = 0;

  /** What was spent in all, whoever knows of it. */
  get total(): number {
    return this.spent.reduce((sum, { microDollars }) => sum + microDollars, 0);
  }

  spendAs(partition: Partition): OwnSpending & {
    record(spend: Pick<Spend, 'microDollars'>): void;
  } {
    return {
      partition,
      ownSpend: ({ region }: SpendScope) =>
        region !== null && region !== partition.region ? 0 : this.sum(this.spent, partition),
      record: ({ microDollars }) => this.spent.push({ partition, payer: 'k1', microDollars }),
    };
  }

  /** What was spent so far is shipped. */
  ship(): void {
    this.stored = [...this.spent];
  }

  shipRegion(region: string): void {
    const others = this.stored.filter(({ partition }) => partition.region !== region);
    this.stored = [...others, ...this.spent.filter(({ partition }) => partition.region === region)];
  }

  readTotals(scopes: readonly SpendScope[], without: Partition): Promise<readonly number[]> {
    this.reads += 1;
    if (this.state === 'away') return Promise.reject(new Error('away'));
    return Promise.resolve(
      scopes.map(({ region }) =>
        this.stored
          .filter(({ partition }) => partition.boot !== without.boot)
          .filter(({ partition }) => region === null || partition.region === region)
          .reduce((sum, { microDollars }) => sum + microDollars, 0),
      ),
    );
  }

  private sum(entries: readonly Entry[], { boot }: Partition): number {
    return entries
      .filter(({ partition }) => partition.boot === boot)
      .reduce((sum, { microDollars }) => sum + microDollars, 0);
  }
}
