import type {
  LedgerEntry,
  LedgerWriter,
  Partition,
  Spend,
  SpendScope,
  StandingPayer,
} from './ledger-entry';
import { OwnSpend } from './own-spend';
import type { Spool } from './spool';

/** Numbers what is spent and hands it to the spool. One for each process: it alone writes its partition. */
export class Ledger implements LedgerWriter {
  private seq = 0;
  private readonly own: OwnSpend;

  constructor(
    private readonly spool: Spool,
    standing: readonly StandingPayer[] = [],
  ) {
    this.own = new OwnSpend(spool.partition.region, standing);
  }

  get partition(): Partition {
    return this.spool.partition;
  }

  record(spend: Spend): void {
    this.spool.append(this.number(spend));
  }

  /** Resolves once no crash can lose it. */
  recordDurably(spend: Spend): Promise<void> {
    return this.spool.appendDurably(this.number(spend));
  }

  /**
   * What this process spent of the scope, stored or not, and what former ones spent and left to be stored. Unit:
   * millionths of a US dollar.
   */
  ownSpend(scope: SpendScope): number {
    return this.own.read(scope) + this.spool.formerSpend(scope);
  }

  private number(spend: Spend): LedgerEntry {
    this.seq += 1;
    this.own.record(spend);
    return { seq: this.seq, calls: 1, ...spend };
  }
}
