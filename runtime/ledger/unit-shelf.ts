import { dirname } from 'node:path';
import { compactUnits } from './compact-units';
import type { Disk } from './disk';
import type { LedgerBatch } from './ledger-entry';
import { readUnit } from './spool-unit';
import type { SpoolUnit } from './spool-unit';

/** What was handed out, and what of it had to be left. */
export interface HandedOut {
  /** Null: there is nothing. */
  readonly batch: LedgerBatch | null;
  /** Entries that can not be read any more. */
  readonly unreadable: number;
}

/** Units that wait to be stored, oldest first. One at a time is handed out, and stays until it is acknowledged. */
export class UnitShelf {
  private units: readonly SpoolUnit[] = [];
  private inFlight: { readonly unit: SpoolUnit; readonly batch: LedgerBatch } | null = null;

  constructor(private readonly disk: Disk) {}

  get isEmpty(): boolean {
    return this.units.length === 0;
  }

  get entries(): number {
    return this.units.reduce((sum, { entries }) => sum + entries, 0);
  }

  get bytes(): number {
    return this.units.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** `Infinity`: there is none. */
  get oldestAtMs(): number {
    return Math.min(...this.units.map(({ oldestAtMs }) => oldestAtMs));
  }

  /** Those that the disk has not taken yet. */
  get inMemory(): readonly SpoolUnit[] {
    return this.units.filter(({ place }) => place.kind === 'memory');
  }

  /** Whether something of the folder waits. */
  holds(folder: string): boolean {
    return this.units.some((unit) => isIn(unit, folder));
  }

  /** Takes away what is another's to store. What was handed out stays until it is acknowledged. */
  drop(folder: string): readonly SpoolUnit[] {
    const inFlight = this.inFlight?.unit;
    const dropped = this.units.filter((unit) => unit !== inFlight && isIn(unit, folder));
    this.units = this.units.filter((unit) => !dropped.includes(unit));
    return dropped;
  }

  add(...units: readonly SpoolUnit[]): void {
    this.units = [...this.units, ...units];
  }

  replace(unit: SpoolUnit, by: SpoolUnit): void {
    this.units = this.units.map((other) => (other === unit ? by : other));
    if (this.inFlight?.unit === unit) this.inFlight = { ...this.inFlight, unit: by };
  }

  /** The same again until it is acknowledged; passes over what holds nothing that can be read. */
  async handOut(): Promise<HandedOut> {
    let unreadable = 0;
    if (this.inFlight !== null) return { batch: this.inFlight.batch, unreadable };
    for (;;) {
      const [first] = this.units;
      if (first === undefined) return { batch: null, unreadable };
      const entries = await readUnit(this.disk, first);
      unreadable += first.entries - (entries?.length ?? 0);
      if (entries === null || entries.length === 0) {
        this.units = this.units.slice(1);
        continue;
      }
      const unit: SpoolUnit = { ...first, bond: 'together' };
      this.replace(first, unit);
      const batch = { partition: unit.partition, entries, digest: unit.digest };
      this.inFlight = { unit, batch };
      return { batch, unreadable };
    }
  }

  /** Takes the unit away, for whoever removes its file. Null: it is not what was handed out. */
  acknowledge(batch: LedgerBatch): SpoolUnit | null {
    if (this.inFlight?.batch !== batch) return null;
    const { unit } = this.inFlight;
    this.inFlight = null;
    this.units = this.units.filter((other) => other !== unit);
    return unit;
  }

  /** Adds entries up until all take no more than the target; see `compactUnits`. */
  async compact(
    targetBytes: number,
  ): Promise<{ readonly compacted: number; readonly failure: unknown }> {
    const inFlight = this.inFlight?.unit ?? null;
    const { units, ...outcome } = await compactUnits(this.disk, this.units, {
      targetBytes,
      inFlight,
    });
    this.units = units;
    return outcome;
  }
}

function isIn({ place }: SpoolUnit, folder: string): boolean {
  return place.kind === 'file' && dirname(place.path) === folder;
}
