import { dirname } from 'node:path';
import type { Cancel, Clock } from '../ports';
import { OWNER_SILENCE_MS } from './boot-owner';
import type { AdoptedBoot } from './adopt-boots';
import { EMPTY_DIGEST } from './digest';
import { systemDisk } from './disk';
import type { Disk } from './disk';
import { ENTRY_BYTES, EntryQueue } from './entry-queue';
import { FormerBoots } from './former-boots';
import { FormerSpend } from './former-spend';
import type {
  LedgerBatch,
  LedgerEntry,
  Partition,
  PartitionDigest,
  SpendScope,
} from './ledger-entry';
import { SEGMENT_LIMITS } from './segment';
import { SegmentWriter } from './segment-writer';
import { SeqWaiters } from './seq-waiters';
import type { Spool, SpoolStatus } from './spool';
import { SpoolHome } from './spool-home';
import { createMemoryUnit, writeUnit } from './spool-unit';
import type { SpoolUnit } from './spool-unit';
import { UnitShelf } from './unit-shelf';

export interface FileSpoolParts {
  /** Of all boots; created where it is not there. */
  readonly folder: string;
  readonly partition: Partition;
  readonly clock: Clock;
  /** Takes a line for the operator, without secrets. */
  readonly warn: (message: string) => void;
  readonly disk?: Disk;
  /** Beyond which entries are added up. Unit: bytes. */
  readonly mostBytes?: number;
  /** Most entries of one segment, which is stored at once. */
  readonly mostEntriesInSegment?: number;
  /** Most entries that are kept apart while the disk takes nothing. */
  readonly mostEntriesInMemory?: number;
}

const MOST_BYTES = 256 * 1024 * 1024;
const MOST_ENTRIES_IN_MEMORY = 50_000;
/** Longest that an entry is in the hands of the operating system alone. */
const SYNC_MS = 50;
const RETRY_DISK_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** Others take a process for gone that was silent for `OWNER_SILENCE_MS`; well before that it has to ask. */
const DOUBTFUL_AFTER_MS = OWNER_SILENCE_MS / 2;
/** Making room makes a little more than is needed, so that it is seldom done. */
const ROOM_SHARE = 0.8;
const FUTILE_GROWTH = 1.25;

/**
 * A spool on the disk. What it loses at most: when the process is killed, the entries of the present turn of the event
 * loop and those behind a write that is under way; when the machine stops, those of the last `SYNC_MS`; none of those
 * that `appendDurably` has confirmed. While the disk takes nothing, what is in memory.
 */
export class FileSpool implements Spool {
  readonly partition: Partition;
  private readonly disk: Disk;
  private readonly dwelling: SpoolHome;
  private readonly queue: EntryQueue;
  private readonly waiters = new SeqWaiters();
  private readonly units: UnitShelf;
  private readonly formerBoots: FormerBoots;
  private readonly former = new FormerSpend();
  private active: SegmentWriter | null = null;
  private end: PartitionDigest = EMPTY_DIGEST;
  private numbers = 0;
  private renewedMs = -Infinity;
  private boundBytes: number;
  private home: 'unmade' | 'disk' | 'memory' = 'unmade';
  private state: 'running' | 'stopped' = 'running';
  private work: Promise<void> = Promise.resolve();
  private isWriteDue = false;
  private cancelSync: Cancel | null = null;
  private cancelRetry: Cancel | null = null;
  private cancelHeartbeat: Cancel | null = null;
  private listener: () => void = () => undefined;
  private counts = { compacted: 0, corruptRecords: 0, tornTails: 0, lostCalls: 0 };

  constructor(private readonly parts: FileSpoolParts) {
    this.partition = parts.partition;
    this.disk = parts.disk ?? systemDisk;
    this.queue = new EntryQueue(parts.mostEntriesInMemory ?? MOST_ENTRIES_IN_MEMORY);
    this.units = new UnitShelf(this.disk);
    const { clock, folder: root } = parts;
    const { boot } = parts.partition;
    this.dwelling = new SpoolHome({ disk: this.disk, root, boot, clock });
    this.formerBoots = new FormerBoots({
      disk: this.disk,
      root,
      boot,
      clock,
      warn: this.warnOfDisk,
      warnOfStranded: (segments, error) => {
        const code = selectCode(error);
        parts.warn(
          `spool: ${segments} files that former gateways left cannot be read (${code}); what they spent is not stored`,
        );
      },
    });
    this.boundBytes = this.mostBytes;
  }

  get status(): SpoolStatus {
    const { active, queue, units } = this;
    const oldest = Math.min(
      units.oldestAtMs,
      active?.oldestAtMs ?? Infinity,
      queue.oldestAtMs ?? Infinity,
    );
    return {
      home: this.home === 'memory' ? 'memory' : 'disk',
      pendingEntries: queue.length + (active?.entries ?? 0) + units.entries,
      pendingBytes: this.fileBytes + queue.length * ENTRY_BYTES,
      oldestAtMs: oldest === Infinity ? null : oldest,
      compactedEntries: this.counts.compacted + queue.compacted,
      corruptRecords: this.counts.corruptRecords,
      tornTails: this.counts.tornTails,
      lostCalls: this.counts.lostCalls,
      strandedSegments: this.formerBoots.stranded,
    };
  }

  /** Makes the folder and takes over what former boots left. Entries may be appended before. */
  start(): Promise<void> {
    return this.run(async () => {
      await this.writeQueued();
      await this.adopt();
      this.beat();
    });
  }

  append(entry: LedgerEntry): void {
    this.queue.push(entry);
    this.planWrite();
    this.listener();
  }

  appendDurably(entry: LedgerEntry): Promise<void> {
    const safe = this.waiters.wait(entry.seq);
    this.append(entry);
    return safe;
  }

  flush(): Promise<void> {
    return this.run(async () => {
      await this.writeQueued();
      await this.sync().catch((error: unknown) => this.leaveDisk(error));
    });
  }

  next(): Promise<LedgerBatch | null> {
    return this.run(async () => {
      await this.confirmHome().catch(this.warnOfDisk);
      if (this.units.isEmpty) await this.adopt();
      if (this.units.isEmpty) await this.sealForNext();
      const { batch, unreadable } = await this.units.handOut();
      if (unreadable > 0) {
        this.counts = { ...this.counts, corruptRecords: this.counts.corruptRecords + unreadable };
        this.parts.warn(
          `spool: ${unreadable} entries of ${this.dwelling.folder} can not be read any more`,
        );
      }
      return batch;
    });
  }

  acknowledge(batch: LedgerBatch): Promise<void> {
    return this.run(async () => {
      const unit = this.units.acknowledge(batch);
      if (unit === null) return;
      this.former.remove(unit);
      if (unit.place.kind === 'memory') this.releaseWaiters(unit.digest.maxSeq);
      // What cannot be removed is stored once more by the next boot, to no effect.
      else if (this.isOwn(unit.place.path))
        await this.disk.remove(unit.place.path).catch(this.warnOfDisk);
      await this.forgetFormer();
    });
  }

  formerSpend(scope: SpendScope): number {
    return this.former.read(scope);
  }

  listen(listener: () => void): void {
    this.listener = listener;
  }

  stop(): Promise<void> {
    return this.run(async () => {
      await this.writeQueued();
      this.state = 'stopped';
      for (const cancel of [this.cancelSync, this.cancelRetry, this.cancelHeartbeat]) cancel?.();
      await this.seal().catch(this.warnOfDisk);
      await this.renewAll();
      await this.dwelling.leave().catch(this.warnOfDisk);
      await this.formerBoots.leave();
    });
  }

  private get mostBytes(): number {
    return this.parts.mostBytes ?? MOST_BYTES;
  }

  private get fileBytes(): number {
    return this.units.bytes + (this.active?.bytes ?? 0);
  }

  /** One after the other: files have one writer. */
  private run<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.work.then(job);
    this.work = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** All that comes in one turn of the event loop is written together. */
  private planWrite(): void {
    if (this.isWriteDue || this.cancelRetry !== null || this.state === 'stopped') return;
    this.isWriteDue = true;
    setImmediate(() => void this.run(() => this.writeQueued()));
  }

  private async writeQueued(): Promise<void> {
    this.isWriteDue = false;
    if (this.cancelRetry !== null || this.state === 'stopped') return;
    try {
      await this.confirmHome();
      await this.dwelling.make();
      await this.spill();
      while (this.queue.length > 0) await this.writeSome();
    } catch (error) {
      await this.leaveDisk(error);
      return;
    }
    if (this.home === 'memory') this.parts.warn('spool: the disk takes entries again');
    this.home = 'disk';
    this.planSync();
    await this.makeRoom();
  }

  private async writeSome(): Promise<void> {
    this.active ??= await this.open();
    const { active } = this;
    const entries = this.queue.take(active.room);
    try {
      await active.write(entries);
    } catch (error) {
      this.queue.unshift(entries);
      throw error;
    }
    if (active.room === 0) await this.seal();
  }

  private async open(): Promise<SegmentWriter> {
    this.numbers += 1;
    const writer = new SegmentWriter({
      disk: this.disk,
      folder: this.dwelling.folder,
      number: this.numbers,
      partition: this.partition,
      before: this.end,
      mostEntries: this.parts.mostEntriesInSegment ?? SEGMENT_LIMITS.entries,
    });
    await writer.open();
    return writer;
  }

  /** Whether the folders are still its own, where it was silent for so long that others may think it gone. */
  private async confirmHome(): Promise<void> {
    if (this.parts.clock.nowMs() - this.renewedMs >= DOUBTFUL_AFTER_MS) await this.renewAll();
  }

  /** Says that this process is still there, in all the folders that it has; leaves those that are another's by now. */
  private async renewAll(): Promise<void> {
    this.renewedMs = this.parts.clock.nowMs();
    for (const folder of await this.formerBoots.renew()) this.giveUp(folder);
    const { folder } = this.dwelling;
    try {
      if ((await this.dwelling.renew()) === 'lost') await this.moveOut(folder);
    } catch (error) {
      this.warnOfDisk(error);
    }
  }

  /** What it has written is whole, and its new owner's to store. */
  private async moveOut(folder: string): Promise<void> {
    const { active } = this;
    this.active = null;
    if (active !== null) {
      this.end = await active.leave();
      this.releaseWaiters(this.end.maxSeq);
    }
    this.giveUp(folder);
    this.parts.warn(
      `spool: ${folder} was taken over while this gateway was silent; it goes on in ${this.dwelling.folder}`,
    );
  }

  private giveUp(folder: string): void {
    for (const unit of this.units.drop(folder)) this.former.remove(unit);
  }

  private isOwn(path: string): boolean {
    const folder = dirname(path);
    return folder === this.dwelling.folder || this.formerBoots.folders.includes(folder);
  }

  /** Writes down what had to stay in memory for a while; it goes first, so that numbers on the disk count up. */
  private async spill(): Promise<void> {
    for (const unit of this.units.inMemory) {
      if (unit.place.kind !== 'memory') continue;
      const written = await writeUnit(this.disk, this.dwelling.folder, {
        unit,
        entries: unit.place.entries,
      });
      this.units.replace(unit, written);
      this.releaseWaiters(written.digest.maxSeq);
    }
  }

  private async seal(): Promise<void> {
    const { active } = this;
    if (active === null) return;
    const unit = await active.seal();
    this.active = null;
    this.keep(unit);
    this.releaseWaiters(active.durableSeq);
  }

  private keep(unit: SpoolUnit | null): void {
    if (unit === null) return;
    this.units.add(unit);
    this.end = unit.digest;
  }

  /** Somebody who waits makes it happen at once; others are gathered. */
  private planSync(): void {
    if (this.active === null || this.active.durability === 'durable') return;
    if (this.cancelSync !== null) {
      if (this.waiters.size === 0) return;
      this.cancelSync();
    }
    const delayMs = this.waiters.size > 0 ? 0 : SYNC_MS;
    this.cancelSync = this.parts.clock.after(delayMs, () => {
      this.cancelSync = null;
      // Not in turn with the writes: those go on meanwhile.
      void this.sync().catch((error: unknown) => this.run(() => this.leaveDisk(error)));
    });
  }

  private async sync(): Promise<void> {
    const { active } = this;
    if (active === null) return;
    await active.sync();
    this.releaseWaiters(active.durableSeq);
  }

  private releaseWaiters(throughSeq: number): void {
    this.waiters.release(Math.min(throughSeq, (this.queue.lowestSeq ?? Infinity) - 1));
  }

  /** Goes on in memory, and tries the disk again after a while. What it had not taken for certain is written again. */
  private async leaveDisk(error: unknown): Promise<void> {
    const { active } = this;
    this.active = null;
    if (active !== null) {
      const { unit, lost } = await active.abandon();
      this.keep(unit);
      this.queue.unshift(lost);
    }
    if (this.home !== 'memory') this.warnOfDisk(error);
    this.home = 'memory';
    this.cancelRetry ??= this.parts.clock.after(RETRY_DISK_MS, () => {
      this.cancelRetry = null;
      void this.run(() => this.writeQueued());
    });
  }

  private async makeRoom(): Promise<void> {
    if (this.fileBytes <= this.boundBytes) return;
    const targetBytes = this.mostBytes * ROOM_SHARE - (this.active?.bytes ?? 0);
    const { compacted, failure } = await this.units.compact(targetBytes);
    this.counts = { ...this.counts, compacted: this.counts.compacted + compacted };
    if (failure !== null) this.warnOfDisk(failure);
    const isFutile = this.fileBytes > this.mostBytes * ROOM_SHARE;
    this.boundBytes = isFutile
      ? Math.max(this.mostBytes, this.fileBytes * FUTILE_GROWTH)
      : this.mostBytes;
  }

  private async adopt(): Promise<void> {
    for (const boot of await this.formerBoots.adopt(this.dwelling.folder)) this.take(boot);
    await this.forgetFormer();
  }

  private forgetFormer(): Promise<void> {
    return this.formerBoots.forget((folder) => this.units.holds(folder));
  }

  private take(boot: AdoptedBoot): void {
    const { counts } = this;
    this.units.add(...boot.units);
    boot.units.forEach((unit, index) => this.former.add(unit, boot.contents[index] ?? []));
    this.counts = {
      ...counts,
      corruptRecords: counts.corruptRecords + boot.corruptRecords,
      tornTails: counts.tornTails + boot.tornTails,
      lostCalls: counts.lostCalls + boot.lostCalls,
    };
    for (const path of boot.setAside) {
      this.parts.warn(`spool: ${path} was changed on the disk; what can be read of it goes on`);
    }
    if (boot.lostCalls > 0) {
      this.parts.warn(`spool: ${boot.lostCalls} calls of ${boot.folder} are in none of its files`);
    }
  }

  private async sealForNext(): Promise<void> {
    await this.writeQueued();
    try {
      await this.seal();
    } catch (error) {
      await this.leaveDisk(error);
    }
    if (!this.units.isEmpty || this.queue.length === 0) return;
    const entries = this.queue.take(SEGMENT_LIMITS.entries);
    this.numbers += 1;
    const numbers = { first: this.numbers, last: this.numbers };
    this.keep(createMemoryUnit({ partition: this.partition, numbers, before: this.end }, entries));
  }

  /** Frozen processes and other machines are told apart by this; see `isOwnerAlive`. */
  private beat(): void {
    this.cancelHeartbeat = this.parts.clock.after(HEARTBEAT_MS, () => {
      void this.run(async () => {
        if (this.state === 'stopped') return;
        await this.renewAll();
        this.beat();
      });
    });
  }

  private readonly warnOfDisk = (error: unknown): void => {
    this.parts.warn(
      `spool: the disk fails (${selectCode(error)}); entries wait in memory until it works`,
    );
  };
}

function selectCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? 'unknown';
}
