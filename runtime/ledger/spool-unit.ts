import { basename, dirname, join } from 'node:path';
import { reduceDigest } from './digest';
import { writeWhole } from './disk';
import type { Disk } from './disk';
import { ENTRY_BYTES } from './entry-queue';
import type { LedgerEntry, Partition, PartitionDigest } from './ledger-entry';
import { parseSegment, renderSegment, renderSegmentName } from './segment';
import type { SegmentNumbers } from './segment';

/** A segment that nothing is added to any more: what is stored at once, as a whole. */
export interface SpoolUnit {
  readonly partition: Partition;
  readonly numbers: SegmentNumbers;
  /** Of the partition, before and after this unit. */
  readonly before: PartitionDigest;
  readonly digest: PartitionDigest;
  readonly entries: number;
  readonly bytes: number;
  readonly oldestAtMs: number;
  /** Whether its entries may differ from those that were appended. */
  readonly form: 'raw' | 'compacted';
  /**
   * `together`: somebody may have stored it, so it must stay what it is. `free`: nobody has tried yet, so it may become
   * part of another unit.
   */
  readonly bond: 'free' | 'together';
  readonly place:
    | { readonly kind: 'file'; readonly path: string }
    /** The disk took nothing when it was made. */
    | { readonly kind: 'memory'; readonly entries: readonly LedgerEntry[] };
}

/** What describes a unit, from its entries. */
export function describeEntries(
  before: PartitionDigest,
  entries: readonly LedgerEntry[],
): Pick<SpoolUnit, 'before' | 'digest' | 'entries' | 'oldestAtMs'> {
  return {
    before,
    digest: reduceDigest(before, entries),
    entries: entries.length,
    oldestAtMs: entries.reduce((oldest, { endedAtMs }) => Math.min(oldest, endedAtMs), Infinity),
  };
}

export function createMemoryUnit(
  of: Pick<SpoolUnit, 'partition' | 'numbers' | 'before'>,
  entries: readonly LedgerEntry[],
): SpoolUnit {
  return {
    ...of,
    ...describeEntries(of.before, entries),
    bytes: entries.length * ENTRY_BYTES,
    form: 'raw',
    bond: 'free',
    place: { kind: 'memory', entries },
  };
}

/** Writes the unit anew, as a file with these entries. */
export async function writeUnit(
  disk: Disk,
  folder: string,
  {
    unit,
    entries,
  }: { readonly unit: Omit<SpoolUnit, 'place'>; readonly entries: readonly LedgerEntry[] },
): Promise<SpoolUnit> {
  const path = join(folder, renderSegmentName(unit.numbers));
  const bytes = renderSegment({ partition: unit.partition, before: unit.before }, entries);
  await writeWhole(disk, path, bytes);
  await disk.syncFolder(folder);
  return {
    ...unit,
    ...describeEntries(unit.before, entries),
    bytes: bytes.length,
    place: { kind: 'file', path },
  };
}

/** The entries of the unit, as far as they can be read; null: its file is gone. */
export async function readUnit(
  disk: Disk,
  unit: SpoolUnit,
): Promise<readonly LedgerEntry[] | null> {
  if (unit.place.kind === 'memory') return unit.place.entries;
  const { path } = unit.place;
  if (!(await disk.list(dirname(path))).includes(basename(path))) return null;
  const { entries } = parseSegment(await disk.read(path));
  // Behind these there may be some that could not be made durable, and that stand in a later unit.
  return entries.filter(({ seq }) => seq <= unit.digest.maxSeq);
}
