import { dirname } from 'node:path';
import { compactEntries } from './compact-entries';
import type { Disk } from './disk';
import { ENTRY_BYTES } from './entry-queue';
import type { LedgerEntry } from './ledger-entry';
import { SEGMENT_LIMITS } from './segment';
import { readUnit, writeUnit } from './spool-unit';
import type { SpoolUnit } from './spool-unit';

export interface Compaction {
  readonly units: readonly SpoolUnit[];
  /** Entries that were added to others. */
  readonly compacted: number;
  /** Why it stopped early. */
  readonly failure: unknown;
}

interface Run {
  readonly units: readonly SpoolUnit[];
  readonly entries: readonly LedgerEntry[];
}

const EMPTY_RUN: Run = { units: [], entries: [] };

/**
 * Adds up entries, oldest first, until the units take no more than the target. Units that nobody has tried to store
 * become one; a unit that may be stored already is only made smaller in itself, so that it is still recognised.
 */
export async function compactUnits(
  disk: Disk,
  units: readonly SpoolUnit[],
  { targetBytes, inFlight }: { readonly targetBytes: number; readonly inFlight: SpoolUnit | null },
): Promise<Compaction> {
  const done: SpoolUnit[] = [];
  let run = EMPTY_RUN;
  let bytes = units.reduce((sum, unit) => sum + unit.bytes, 0);
  let compacted = 0;
  let index = 0;
  const finishRun = async (): Promise<void> => {
    const finished = await writeRun(disk, run);
    compacted += sumEntries(run.units) - sumEntries(finished);
    bytes += sumBytes(finished) - sumBytes(run.units);
    done.push(...finished);
    run = EMPTY_RUN;
  };
  try {
    for (; index < units.length; index += 1) {
      const unit = units[index];
      if (unit === undefined || bytes - sumSaved(run) <= targetBytes) break;
      const entries = unit === inFlight ? null : await readWhole(disk, unit);
      if (entries === null) {
        await finishRun();
        done.push(unit);
        continue;
      }
      const joined = selectJoined(run, unit, entries);
      if (joined === null) await finishRun();
      run = joined ?? { units: [unit], entries: compactEntries(entries) };
    }
    await finishRun();
    return { units: [...done, ...units.slice(index)], compacted, failure: null };
  } catch (failure) {
    return { units: [...done, ...run.units, ...units.slice(index)], compacted, failure };
  }
}

/** The run with one more unit; null: they may not, or need not, become one. */
function selectJoined(run: Run, unit: SpoolUnit, entries: readonly LedgerEntry[]): Run | null {
  const last = run.units.at(-1);
  if (last === undefined || last.bond === 'together' || unit.bond === 'together') return null;
  if (last.partition.boot !== unit.partition.boot) return null;
  if (last.numbers.last + 1 !== unit.numbers.first) return null;
  const joined = compactEntries([...run.entries, ...entries]);
  const fits =
    joined.length <= SEGMENT_LIMITS.entries && joined.length * ENTRY_BYTES <= SEGMENT_LIMITS.bytes;
  return fits ? { units: [...run.units, unit], entries: joined } : null;
}

/** First the new file, then the old ones away: a crash in between leaves both, and the wider one wins. */
async function writeRun(disk: Disk, { units, entries }: Run): Promise<readonly SpoolUnit[]> {
  const [first] = units;
  const last = units.at(-1);
  if (first === undefined || last === undefined || first.place.kind !== 'file') return units;
  if (entries.length === sumEntries(units) && units.length === 1) return units;
  const numbers = { first: first.numbers.first, last: last.numbers.last };
  const unit = { ...first, numbers, form: 'compacted' as const };
  const written = await writeUnit(disk, dirname(first.place.path), { unit, entries });
  for (const { place } of units) {
    if (place.kind !== 'file') continue;
    if (written.place.kind === 'file' && written.place.path === place.path) continue;
    // A file that stays is known by its name to be part of the new one.
    await disk.remove(place.path).catch(() => undefined);
  }
  return [written];
}

async function readWhole(disk: Disk, unit: SpoolUnit): Promise<readonly LedgerEntry[] | null> {
  if (unit.place.kind === 'memory') return null;
  if (unit.bond === 'together' && unit.form === 'compacted') return null;
  const entries = await readUnit(disk, unit);
  return entries?.length === unit.entries ? entries : null;
}

function sumEntries(units: readonly SpoolUnit[]): number {
  return units.reduce((sum, { entries }) => sum + entries, 0);
}

function sumBytes(units: readonly SpoolUnit[]): number {
  return units.reduce((sum, { bytes }) => sum + bytes, 0);
}

function sumSaved(run: Run): number {
  return Math.max(0, sumBytes(run.units) - run.entries.length * ENTRY_BYTES);
}
