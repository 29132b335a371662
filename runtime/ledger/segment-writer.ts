import { join } from 'node:path';
import { reduceDigest } from './digest';
import type { Disk, DiskFile } from './disk';
import type { LedgerEntry, Partition, PartitionDigest } from './ledger-entry';
import { renderEntry, renderSegmentHeader, renderSegmentName, SEGMENT_LIMITS } from './segment';
import type { SpoolUnit } from './spool-unit';

/** Most that is written at once: a segment is not much longer than its bound. */
const MOST_AT_ONCE = 250;

interface Mark {
  readonly entries: number;
  readonly bytes: number;
  readonly digest: PartitionDigest;
}

export interface SegmentWriterParts {
  readonly disk: Disk;
  readonly folder: string;
  readonly number: number;
  readonly partition: Partition;
  readonly before: PartitionDigest;
  readonly mostEntries: number;
}

/** The segment that entries are added to. After a failed write it takes no more; what was made durable stands. */
export class SegmentWriter {
  readonly path: string;
  private file: DiskFile | null = null;
  private written: Mark;
  private synced: Mark;
  private oldest = Infinity;
  /** Written, and not known to be on the disk. */
  private unsynced: LedgerEntry[] = [];
  private syncing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SegmentWriterParts) {
    const { folder, number, before } = parts;
    this.path = join(folder, renderSegmentName({ first: number, last: number }));
    this.written = { entries: 0, bytes: 0, digest: before };
    this.synced = this.written;
  }

  get entries(): number {
    return this.written.entries;
  }

  get bytes(): number {
    return this.written.bytes;
  }

  get oldestAtMs(): number {
    return this.oldest;
  }

  get number(): number {
    return this.parts.number;
  }

  /** How many entries it takes at once; 0: it is full. */
  get room(): number {
    if (this.written.bytes >= SEGMENT_LIMITS.bytes) return 0;
    return Math.min(MOST_AT_ONCE, this.parts.mostEntries - this.written.entries);
  }

  get durability(): 'durable' | 'not-yet' {
    return this.unsynced.length === 0 ? 'durable' : 'not-yet';
  }

  /** All up to this number are on the disk. */
  get durableSeq(): number {
    return this.synced.digest.maxSeq;
  }

  async open(): Promise<void> {
    const { disk, folder, partition, before } = this.parts;
    // Of a former try that failed.
    await disk.remove(this.path);
    this.file = await disk.create(this.path);
    const header = renderSegmentHeader({ partition, before });
    try {
      await this.file.write(header);
      await disk.syncFolder(folder);
    } catch (error) {
      await this.abandon();
      throw error;
    }
    this.written = { ...this.written, bytes: header.length };
  }

  async write(entries: readonly LedgerEntry[]): Promise<void> {
    const bytes = Buffer.concat(entries.map(renderEntry));
    await this.file?.write(bytes);
    this.unsynced.push(...entries);
    for (const { endedAtMs } of entries) this.oldest = Math.min(this.oldest, endedAtMs);
    this.written = {
      entries: this.written.entries + entries.length,
      bytes: this.written.bytes + bytes.length,
      digest: reduceDigest(this.written.digest, entries),
    };
  }

  /**
   * One after the other, and never again after one has failed: the kernel tells of a lost page once, and then takes the
   * file for clean.
   */
  sync(): Promise<void> {
    this.syncing = this.syncing.then(async () => {
      const { written } = this;
      if (written === this.synced) return;
      await this.file?.sync();
      this.unsynced.splice(0, written.entries - this.synced.entries);
      this.synced = written;
    });
    return this.syncing;
  }

  /** Ends the segment; null: it is empty. */
  async seal(): Promise<SpoolUnit | null> {
    await this.sync();
    await this.file?.close();
    return this.describe();
  }

  /** Ends a segment whose disk fails: what is durable, and what has to be written again. */
  async abandon(): Promise<{
    readonly unit: SpoolUnit | null;
    readonly lost: readonly LedgerEntry[];
  }> {
    const { disk } = this.parts;
    const unit = this.describe();
    const trim = async (): Promise<void> => {
      await this.file?.close();
      if (unit === null) await disk.remove(this.path);
      else await disk.truncate(this.path, this.synced.bytes);
    };
    // A disk that fails may refuse this, too; recovery knows what to leave out by the next segment's header.
    await trim().catch(() => undefined);
    return { unit, lost: this.unsynced };
  }

  /** Ends a segment that is another's by now, as it stands. Resolves to the digest of all that was written. */
  async leave(): Promise<PartitionDigest> {
    // Whatever comes of it, the file is none of ours any more.
    await this.file?.close().catch(() => undefined);
    return this.written.digest;
  }

  private describe(): SpoolUnit | null {
    const { entries, bytes, digest } = this.synced;
    if (entries === 0) return null;
    const { partition, number, before } = this.parts;
    return {
      partition,
      numbers: { first: number, last: number },
      before,
      digest,
      entries,
      bytes,
      oldestAtMs: this.oldest,
      form: 'raw',
      bond: 'free',
      place: { kind: 'file', path: this.path },
    };
  }
}
