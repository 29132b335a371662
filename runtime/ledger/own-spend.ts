import type { Spend, SpendScope } from './ledger-entry';
import { listPayers, namePayer } from './payers';
import { Purse } from './purse';

/**
 * What this process spent, by payer: the part of the total that no database has to tell it. Memory grows with the number
 * of payers and groups, not with calls.
 */
export class OwnSpend {
  private readonly purses = new Map<string, Purse>();

  constructor(private readonly region: string) {}

  record(spend: Spend): void {
    const { microDollars, endedAtMs: atMs } = spend;
    if (microDollars === 0) return;
    for (const payer of listPayers(spend)) this.purseOf(payer).add({ atMs, microDollars });
  }

  /** Unit: millionths of a US dollar. */
  read(scope: SpendScope): number {
    const { region, sinceMs } = scope;
    if (region !== null && region !== this.region) return 0;
    return this.purseOf(namePayer(scope)).since(sinceMs);
  }

  private purseOf(payer: string): Purse {
    const known = this.purses.get(payer);
    if (known !== undefined) return known;
    const purse = new Purse();
    this.purses.set(payer, purse);
    return purse;
  }
}
