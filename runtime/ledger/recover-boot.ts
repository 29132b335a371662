import { join } from 'node:path';
import { writeWhole } from './disk';
import type { Disk } from './disk';
import type { LedgerEntry } from './ledger-entry';
import { parseSegment, parseSegmentName } from './segment';
import type { Segment, SegmentNumbers } from './segment';
import { describeEntries } from './spool-unit';
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
 * Reads the segments of a boot whose process is gone, and needs to write nothing: a disk that is full must not keep what
 * it holds from being stored. What stays in a file and is no whole record, or stands in the next one too, is passed over
 * at each reading. Any unit may have been stored already.
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
    const { header, damaged } = segment;
    if (segment.end === 'torn') tornTails += 1;
    corruptRecords += damaged;
    if (header === null) {
      // Nobody can say whose entries these are.
      if (segment.end === 'torn') await disk.remove(path).catch(() => undefined);
      else setAside.push(await moveAside(disk, path));
      continue;
    }
    if (damaged > 0) setAside.push(await copyAside(disk, path));
    // What could not be made durable was written again, into the next segment.
    const entries = segment.entries.filter(({ seq }) => seq <= (next?.before.maxSeq ?? Infinity));
    const described = describeEntries(header.before, entries);
    lostCalls += countLost(described, next?.before.calls ?? null);
    if (entries.length === 0) {
      await disk.remove(path).catch(() => undefined);
      continue;
    }
    contents.push(entries);
    units.push({
      ...described,
      partition: header.partition,
      numbers,
      bytes: size,
      form: entries.some(({ calls }) => calls > 1) ? 'compacted' : 'raw',
      bond: 'together',
      place: { kind: 'file', path },
    });
  }
  return { units, contents, tornTails, corruptRecords, lostCalls, setAside };
}

/**
 * By what the next segment says was before it. Behind the last one there is none; but numbers have no gaps, so what is
 * missing before its last entry shows.
 */
function countLost(
  { before, digest }: Pick<SpoolUnit, 'before' | 'digest'>,
  callsBeforeNext: number | null,
): number {
  const expected = callsBeforeNext ?? before.calls + digest.maxSeq - before.maxSeq;
  return Math.max(0, expected - digest.calls);
}

/** Whole segments in order, without drafts and without those that were added up into another one. */
async function readSegments(disk: Disk, folder: string): Promise<readonly Found[]> {
  const names = await disk.list(folder);
  for (const name of names.filter((other) => other.endsWith('.draft'))) {
    await disk.remove(join(folder, name)).catch(() => undefined);
  }
  const all = names.flatMap((name) => {
    const numbers = parseSegmentName(name);
    return numbers === null ? [] : [{ numbers, path: join(folder, name) }];
  });
  const found: Found[] = [];
  for (const { numbers, path } of all) {
    if (all.some((other) => isWithin(numbers, other.numbers))) {
      await disk.remove(path).catch(() => undefined);
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

/** For people to look at, where there is room for it: the file itself is removed once its entries are stored. */
async function copyAside(disk: Disk, path: string): Promise<string> {
  const aside = `${path}.corrupt`;
  try {
    await writeWhole(disk, aside, await disk.read(path));
    return aside;
  } catch {
    // The entries matter more, and whoever is told of them hears of the file that still has them.
    return path;
  }
}

async function moveAside(disk: Disk, path: string): Promise<string> {
  const aside = `${path}.corrupt`;
  try {
    await disk.rename(path, aside);
    return aside;
  } catch {
    // It stays where it is, and is told of at the next start again.
    return path;
  }
}
