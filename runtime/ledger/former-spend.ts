import type { LedgerEntry, Partition, SpendScope } from './ledger-entry';
import { listPayers, namePayer } from './payers';
import { Purse } from './purse';
import type { SpoolUnit } from './spool-unit';

const STANDING = ['gateway', 'end_user'] as const;

/** Of a unit that somebody may have stored: it stays the same as long as it waits. */
type UnitName = Pick<SpoolUnit, 'partition' | 'numbers'>;

/**
 * What former boots spent and this one has not stored yet: nobody else may know of it. It is counted until the unit it
 * stands in is stored, so that a replica that starts while the database is away begins no budget anew.
 */
export class FormerSpend {
  private readonly byPayer = new Map<string, Map<string, Purse>>();
  private readonly payersByUnit = new Map<string, ReadonlySet<string>>();
  private readonly regions = new Map<string, Partition['region']>();

  add(unit: UnitName, entries: readonly LedgerEntry[]): void {
    const name = nameUnit(unit);
    const payers = new Set<string>();
    this.regions.set(name, unit.partition.region);
    for (const entry of entries) {
      if (entry.microDollars === 0) continue;
      for (const payer of listPayers(entry, STANDING)) {
        payers.add(payer);
        this.purseOf(payer, name).add({ atMs: entry.endedAtMs, microDollars: entry.microDollars });
      }
    }
    this.payersByUnit.set(name, payers);
  }

  /** Stored: from now on the database tells of it. */
  remove(unit: UnitName): void {
    const name = nameUnit(unit);
    for (const payer of this.payersByUnit.get(name) ?? []) {
      const purses = this.byPayer.get(payer);
      purses?.delete(name);
      if (purses?.size === 0) this.byPayer.delete(payer);
    }
    this.payersByUnit.delete(name);
    this.regions.delete(name);
  }

  /** Unit: millionths of a US dollar. */
  read(scope: SpendScope): number {
    if (this.byPayer.size === 0) return 0;
    let microDollars = 0;
    for (const [unit, purse] of this.byPayer.get(namePayer(scope)) ?? []) {
      if (scope.region !== null && scope.region !== this.regions.get(unit)) continue;
      microDollars += purse.since(scope.sinceMs);
    }
    return microDollars;
  }

  private purseOf(payer: string, unit: string): Purse {
    const purses = this.byPayer.get(payer) ?? new Map<string, Purse>();
    const purse = purses.get(unit) ?? new Purse();
    purses.set(unit, purse);
    this.byPayer.set(payer, purses);
    return purse;
  }
}

function nameUnit({ partition, numbers }: UnitName): string {
  return `${partition.boot}/${numbers.first}-${numbers.last}`;
}
