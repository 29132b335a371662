import { join } from 'node:path';
import { writeWhole } from './disk';
import type { Disk } from './disk';
import type { LedgerEntry } from './ledger-entry';
import { parseSegment, parseSegmentName } from './segment';
import type { Segment, SegmentNumbers } from './segment';
import { describeEntries, writeUnit } from './spool-unit';
import type { SpoolUnit } from './spool-unit';

/** What a former boot left behind. */
export interface RecoveredBoot {
  readonly units: readonly SpoolUnit[];
  /** What stands in them, in the same order. */
  readonly contents: readonly (readonly LedgerEntry[])[];
  readonly tornTails: number;
  readonly corruptRecords: number;
  /** Calls that the boot had counted and that are in none of its files. */
  readonly lostCalls: number;
  /** Where what cannot be read was put for people to look at. */
  readonly setAside: readonly string[];
}

interface Found {
  readonly numbers: SegmentNumbers;
  readonly path: string;
  readonly size: number;
  readonly segment: Segment;
}

/**
 * Reads the segments of a boot whose process is gone. A tail that its death cut off is cut away; a segment that was
 * changed on the disk is put aside, and what can still be read of it goes on. Any unit may have been stored already.
 */
export async function recoverBoot(disk: Disk, folder: string): Promise<RecoveredBoot> {
  const found = await readSegments(disk, folder);
  const units: SpoolUnit[] = [];
  const contents: (readonly LedgerEntry[])[] = [];
  const setAside: string[] = [];
  let tornTails = 0;
  let corruptRecords = 0;
  let lostCalls = 0;
  for (const [index, { numbers, path, size, segment }] of found.entries()) {
    const next = found[index + 1]?.segment.header ?? null;
    const { header } = segment;
    // What could not be made durable was written again, into the next segment.
    const entries = segment.entries.filter(({ seq }) => seq <= (next?.before.maxSeq ?? Infinity));
    if (segment.end === 'torn') tornTails += 1;
    if (segment.end === 'corrupt') {
      corruptRecords += 1;
      setAside.push(await putAside(disk, path));
    }
    if (header === null) {
      await disk.remove(path);
      continue;
    }
    const described = describeEntries(header.before, entries);
    if (next !== null) lostCalls += Math.max(0, next.before.calls - described.digest.calls);
    if (entries.length === 0) {
      await disk.remove(path);
      continue;
    }
    const unit = {
      ...described,
      partition: header.partition,
      numbers,
      bytes: size,
      form: entries.some(({ calls }) => calls > 1) ? ('compacted' as const) : ('raw' as const),
      bond: 'together' as const,
    };
    contents.push(entries);
    units.push(
      segment.end === 'whole' && entries.length === segment.entries.length
        ? { ...unit, place: { kind: 'file', path } }
        : await writeUnit(disk, folder, { unit, entries }),
    );
  }
  return { units, contents, tornTails, corruptRecords, lostCalls, setAside };
}

/** Whole segments in order, without drafts and without those that were added up into another one. */
async function readSegments(disk: Disk, folder: string): Promise<readonly Found[]> {
  const names = await disk.list(folder);
  for (const name of names.filter((other) => other.endsWith('.draft'))) {
    await disk.remove(join(folder, name));
  }
  const all = names.flatMap((name) => {
    const numbers = parseSegmentName(name);
    return numbers === null ? [] : [{ numbers, path: join(folder, name) }];
  });
  const found: Found[] = [];
  for (const { numbers, path } of all) {
    if (all.some((other) => isWithin(numbers, other.numbers))) {
      await disk.remove(path);
      continue;
    }
    const bytes = await disk.read(path);
    found.push({ numbers, path, size: bytes.length, segment: parseSegment(bytes) });
  }
  return found.sort((a, b) => a.numbers.first - b.numbers.first);
}

function isWithin(inner: SegmentNumbers, outer: SegmentNumbers): boolean {
  const isSame = inner.first === outer.first && inner.last === outer.last;
  return !isSame && outer.first <= inner.first && inner.last <= outer.last;
}

/** A copy, so that a crash before what can be read was written anew loses nothing. */
async function putAside(disk: Disk, path: string): Promise<string> {
  const aside = `${path}.corrupt`;
  await writeWhole(disk, aside, await disk.read(path));
  return aside;
}
