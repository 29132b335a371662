import { describeTrouble } from '../describe-trouble';
import type { Cancel, Ports } from '../ports';
import type { Directory } from './directory';
import type { SnapshotFile, SnapshotReading } from './snapshot-file';

export interface SnapshotKeeperParts {
  readonly directory: Directory;
  readonly snapshots: Pick<SnapshotFile, 'read' | 'write'> | null;
  readonly region: string;
  readonly ports: Pick<Ports, 'clock' | 'writeLog'>;
  /** When the store was last read, in time of day; null: never. */
  readonly readCurrentAtMs: () => number | null;
}

const PAUSE_MS = 1_000;
/** A disk that is full will be so for a while. */
const PAUSE_AFTER_FAILURE_MS = 10_000;
/** Without changes the file is still renewed, so that a restart knows how lately the store was read. */
const RENEW_MS = 600_000;

/** Writes the directory to disk after changes: one write at a time, and not more often than a disk likes. */
export class SnapshotKeeper {
  /** Counted since the start, for metrics. */
  failures = 0;
  private persistedVersion = 0;
  private persistedMs: number;
  private lastOutcome: 'written' | 'failed' = 'written';
  private cancelWrite: Cancel | null = null;
  private writing: Promise<void> | null = null;
  private stopped: 'yes' | 'no' = 'no';

  constructor(private readonly parts: SnapshotKeeperParts) {
    this.persistedMs = parts.ports.clock.nowMs();
  }

  load(): Promise<SnapshotReading> {
    return this.parts.snapshots?.read() ?? Promise.resolve({ snapshot: null, refused: [] });
  }

  /** What is in memory is on disk. */
  markPersisted(): void {
    this.persistedVersion = this.parts.directory.version;
    this.persistedMs = this.parts.ports.clock.nowMs();
  }

  persistSoon(): void {
    if (this.stopped === 'yes' || this.cancelWrite !== null || this.writing !== null) return;
    if (!this.isDue()) return;
    const pauseMs = this.lastOutcome === 'written' ? PAUSE_MS : PAUSE_AFTER_FAILURE_MS;
    this.cancelWrite = this.parts.ports.clock.after(pauseMs, () => {
      this.cancelWrite = null;
      this.writing = this.persist();
    });
  }

  /** Resolves once what is known is on disk, or has failed to get there. */
  async stop(): Promise<void> {
    this.stopped = 'yes';
    this.cancelWrite?.();
    await this.writing;
    if (this.isDue()) await this.persist();
  }

  private isDue(): boolean {
    const { directory, snapshots, ports, readCurrentAtMs } = this.parts;
    if (snapshots === null || readCurrentAtMs() === null) return false;
    return (
      directory.version !== this.persistedVersion ||
      ports.clock.nowMs() - this.persistedMs >= RENEW_MS
    );
  }

  private async persist(): Promise<void> {
    const { directory, snapshots, region, ports, readCurrentAtMs } = this.parts;
    const { version, position } = directory;
    const madeAtMs = ports.clock.wallMs();
    try {
      await snapshots?.write({
        region,
        position,
        madeAtMs,
        currentAtMs: readCurrentAtMs() ?? madeAtMs,
        states: directory.readAll(),
      });
      this.persistedVersion = version;
      this.persistedMs = ports.clock.nowMs();
      this.lastOutcome = 'written';
    } catch (error) {
      this.failures += 1;
      if (this.lastOutcome === 'written') this.logFailure(error);
      this.lastOutcome = 'failed';
    }
    this.writing = null;
    this.persistSoon();
  }

  private logFailure(error: unknown): void {
    const trouble = describeTrouble(error);
    this.parts.ports.writeLog(`${JSON.stringify({ directorySnapshot: 'failed', trouble })}\n`);
  }
}
