import { parseFrames, renderFrame } from './frame';
import type { Frames } from './frame';
import type { LedgerEntry, Partition, PartitionDigest } from './ledger-entry';

/** Most of one segment, which becomes one transaction of the store. */
export const SEGMENT_LIMITS = { entries: 2000, bytes: 1024 * 1024 } as const;

const FORMAT = 1;

/** First record of a segment. */
export interface SegmentHeader {
  readonly partition: Partition;
  /** Of the partition, up to this segment: so each segment knows its place by itself. */
  readonly before: PartitionDigest;
}

export interface Segment {
  /** Null: not even this can be read. */
  readonly header: SegmentHeader | null;
  readonly entries: readonly LedgerEntry[];
  /** Places of which nothing can be read. */
  readonly damaged: number;
  readonly end: Frames['end'];
}

/** Which of a boot's segments: more than one number where several were added up into one. */
export interface SegmentNumbers {
  readonly first: number;
  readonly last: number;
}

/** Twice, because nothing of a segment can be placed without it. */
export function renderSegmentHeader({ partition, before }: SegmentHeader): Buffer {
  const header = renderFrame(Buffer.from(JSON.stringify({ format: FORMAT, partition, before })));
  return Buffer.concat([header, header]);
}

export function renderEntry(entry: LedgerEntry): Buffer {
  return renderFrame(Buffer.from(JSON.stringify(entry)));
}

export function renderSegment(header: SegmentHeader, entries: readonly LedgerEntry[]): Buffer {
  return Buffer.concat([renderSegmentHeader(header), ...entries.map(renderEntry)]);
}

export function parseSegment(bytes: Buffer): Segment {
  const { payloads, damaged, end } = parseFrames(bytes);
  // Its writer died before the first record was whole.
  if (payloads.length === 0 && end === 'whole') {
    return { header: null, entries: [], damaged, end: 'torn' };
  }
  // Whoever changed a payload would have had to change its checksum, too.
  const records = payloads.map((payload) => JSON.parse(payload.toString('utf8')) as SegmentRecord);
  const header = records.map(parseHeader).find((each) => each !== null) ?? null;
  if (header === null) {
    return { header, entries: [], damaged, end: end === 'whole' ? 'corrupt' : end };
  }
  return { header, entries: records.filter(isEntry), damaged, end };
}

export function renderSegmentName({ first, last }: SegmentNumbers): string {
  return `${padNumber(first)}-${padNumber(last)}.segment`;
}

/** Null: no segment's name. */
export function parseSegmentName(name: string): SegmentNumbers | null {
  const match = /^(\d{10})-(\d{10})\.segment$/.exec(name);
  return match === null ? null : { first: Number(match[1]), last: Number(match[2]) };
}

function padNumber(number: number): string {
  return String(number).padStart(10, '0');
}

type SegmentRecord = LedgerEntry | (SegmentHeader & { readonly format: number });

function isEntry(record: SegmentRecord): record is LedgerEntry {
  return !('format' in record);
}

function parseHeader(record: SegmentRecord): SegmentHeader | null {
  if (isEntry(record) || record.format !== FORMAT) return null;
  return { partition: record.partition, before: record.before };
}
