import type { Spend, SpendScope, StandingPayer } from './ledger-entry';
import { listPayers, namePayer } from './payers';
import { Purse } from './purse';

const END_USER = '["end_user"';
const MOST_END_USERS = 100_000;
/** All further ones have one purse together: too many names must not become a way around their budgets. */
const OTHER_END_USERS = '["other end users"]';

/**
 * What this process spent, by payer: the part of the total that no database has to tell it. Memory grows with the number
 * of payers and groups, not with calls.
 */
export class OwnSpend {
  private readonly purses = new Map<string, Purse>();
  /** Clients invent end users as they like, so their purses are counted. */
  private endUsers = 0;

  constructor(
    private readonly region: string,
    /** Whose budgets there are beside those of keys, users and teams. */
    private readonly standing: readonly StandingPayer[] = [],
  ) {}

  record(spend: Spend): void {
    const { microDollars, endedAtMs: atMs } = spend;
    if (microDollars === 0) return;
    for (const payer of listPayers(spend, this.standing))
      this.purseOf(payer).add({ atMs, microDollars });
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
    if (payer.startsWith(END_USER)) {
      if (this.endUsers >= MOST_END_USERS) return this.purseOf(OTHER_END_USERS);
      this.endUsers += 1;
    }
    const purse = new Purse();
    this.purses.set(payer, purse);
    return purse;
  }
}
