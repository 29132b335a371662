import { describeTrouble } from '../describe-trouble';
import type { Cancel, Ports } from '../ports';
import type { Change, ChangeStore, StoredChanges } from './change';
import type { Directory } from './directory';
import { isRotationDue } from './rotation';
import { SnapshotKeeper } from './snapshot-keeper';
import type { SnapshotFile } from './snapshot-file';
import { StampAheadError } from './stamp';
import type { StampClock } from './stamp';
import { within } from './within';

export interface StalenessSettings {
  /** What a replica does that has not heard from the store for too long. */
  readonly whenStale: 'serve' | 'refuse';
  readonly maxStaleSeconds: number;
}

/**
 * Known keys go on to work however long the store is away: an outage of the database must not become one of the gateway.
 */
export const STALENESS_DEFAULTS: StalenessSettings = {
  whenStale: 'serve',
  maxStaleSeconds: 86_400,
};

export interface DirectoryKeeperParts {
  readonly directory: Directory;
  readonly store: ChangeStore;
  /** Null: nothing is kept on disk, and a start without the store knows nobody. */
  readonly snapshots: Pick<SnapshotFile, 'read' | 'write'> | null;
  readonly stamps: StampClock;
  readonly region: string;
  readonly staleness: StalenessSettings;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
}

/** `empty`: neither store nor snapshot was ever read, so nobody can be told from a stranger. */
export type DirectoryState = 'fresh' | 'stale' | 'empty';

const PULL_MS = 5_000;
/** Replicas that started together must not ask the store in the same instant for ever. */
const JITTER = 0.2;
const LONGEST_PAUSE_MS = 30_000;
/** A store may hang instead of failing. */
const ANSWER_MS = 10_000;
const START_WAIT_MS = 5_000;
/** With what a snapshot tells, waiting only spares the first calls what changed since. */
const KNOWN_WAIT_MS = 1_500;
/** Three pulls missed. */
const FRESH_MS = 15_000;
const HINT_SPACING_MS = 1_000;
const POSITIONS_REMEMBERED = 64;

/**
 * Keeps the directory in step with the store: pulls again and again, on demand, and when a neighbour is ahead. A replica
 * hears of a revocation within one pull; while the store is away it goes by what it knows.
 */
export class DirectoryKeeper {
  readonly directory: Directory;
  /** Counted since the start, for metrics. */
  pulls = 0;
  pullFailures = 0;
  private readonly snapshots: SnapshotKeeper;
  /** On the monotonic clock. */
  private currentAtMs: number | null = null;
  private pullStartedMs = -Infinity;
  private failuresInRow = 0;
  private lastTrouble: string | null = null;
  private refusedSnapshots: readonly string[] = [];
  private farthestStamp = '';
  private running: Promise<void> | null = null;
  private queued: Promise<void> | null = null;
  private cancelTurn: Cancel | null = null;
  private stopped: 'yes' | 'no' = 'no';
  /** Positions this replica was at: whoever is there is not ahead. */
  private readonly passed = new Set<string>();

  constructor(private readonly parts: DirectoryKeeperParts) {
    this.directory = parts.directory;
    this.snapshots = new SnapshotKeeper({
      ...parts,
      readCurrentAtMs: () => {
        const { ageMs } = this;
        return ageMs === null ? null : parts.ports.clock.wallMs() - ageMs;
      },
    });
  }

  /** Since the store was last read, by this process or by the one that wrote the snapshot; null: never. */
  get ageMs(): number | null {
    const { clock } = this.parts.ports;
    return this.currentAtMs === null ? null : clock.nowMs() - this.currentAtMs;
  }

  get state(): DirectoryState {
    const { ageMs } = this;
    if (ageMs === null) return 'empty';
    return ageMs <= FRESH_MS ? 'fresh' : 'stale';
  }

  /** Whether virtual keys are judged by what is known. */
  get serving(): 'yes' | 'no' {
    const { ageMs } = this;
    const { whenStale, maxStaleSeconds } = this.parts.staleness;
    if (ageMs === null) return 'no';
    return whenStale === 'refuse' && ageMs > maxStaleSeconds * 1000 ? 'no' : 'yes';
  }

  /** Why the store was not read the last time and, as long as nobody is known, why no snapshot was; null: all is well. */
  get trouble(): string | null {
    const reasons = this.state === 'empty' ? [...this.refusedSnapshots] : [];
    if (this.lastTrouble !== null) reasons.push(`the store was not read: ${this.lastTrouble}`);
    return reasons.length === 0 ? null : reasons.join('; ');
  }

  get snapshotFailures(): number {
    return this.snapshots.failures;
  }

  /** Keys whose holders should take a new secret. */
  countRotationsDue(): number {
    const nowMs = this.parts.ports.clock.wallMs();
    return [...this.directory.keys.values()].filter((key) => isRotationDue(key, nowMs)).length;
  }

  /** Resolves once something is known, or after a bounded wait; goes on trying in the background. */
  async start(): Promise<DirectoryState> {
    await this.load();
    const turn = this.turn();
    const waitMs = this.state === 'empty' ? START_WAIT_MS : KNOWN_WAIT_MS;
    await within(this.parts.ports.clock, waitMs, () => turn).catch(() => undefined);
    return this.state;
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.stopped = 'yes';
    this.cancelTurn?.();
    await this.snapshots.stop();
  }

  /** Reads what was stored up to this call. Rejects when the store is away. */
  refresh(): Promise<void> {
    if (this.running === null) return this.startPull();
    // The pull that is running may have read before what the caller asks about was written.
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = null;
        return this.startPull();
      });
    return this.queued;
  }

  /** A neighbour is at this position. Positions cannot be compared, so one that was never passed here may be ahead. */
  hint(position: string): void {
    if (this.passed.has(position)) return;
    if (this.parts.ports.clock.nowMs() - this.pullStartedMs < HINT_SPACING_MS) return;
    this.remember(position);
    this.refresh().catch(() => {
      // The pull recorded it, and the neighbour will be heard again.
      this.passed.delete(position);
    });
  }

  /** Stores, then applies: what is known here is durable. Rejects when the store is away. */
  async write(changes: readonly Change[]): Promise<void> {
    const { store, ports } = this.parts;
    this.refuseLostChanges(changes);
    await within(ports.clock, ANSWER_MS, () => store.write(changes));
    this.directory.apply(changes);
    this.snapshots.persistSoon();
  }

  /** A change that the present value outlives would be stored to no effect. Revocations always take effect. */
  private refuseLostChanges(changes: readonly Change[]): void {
    const { stamps, ports } = this.parts;
    for (const { kind, entityId, fields } of changes) {
      const last = this.directory.read(kind, entityId)?.last.stamp;
      const revokes = fields.revoked === true || typeof fields.revokedFromMs === 'number';
      if (last !== undefined && !revokes && stamps.isFarAhead(last)) {
        throw new StampAheadError(last, ports.clock.wallMs());
      }
    }
  }

  private async load(): Promise<void> {
    const { region, ports } = this.parts;
    const { snapshot, refused } = await this.snapshots.load();
    this.refusedSnapshots = refused;
    if (snapshot === null) return;
    this.directory.absorb(snapshot.states);
    for (const { last } of snapshot.states) this.observe(last.stamp);
    // A position means something to the store of its own region alone.
    if (snapshot.region === region && snapshot.position !== null) this.moveTo(snapshot.position);
    const ageMs = Math.max(0, ports.clock.wallMs() - snapshot.currentAtMs);
    this.currentAtMs = ports.clock.nowMs() - ageMs;
    this.snapshots.markPersisted();
  }

  private async turn(): Promise<void> {
    try {
      await this.refresh();
    } catch {
      // Recorded where it happened; the next turn comes anyway.
    }
    if (this.stopped === 'yes') return;
    const { clock, random } = this.parts.ports;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, PULL_MS * 2 ** Math.max(0, this.failuresInRow - 1));
    const delayMs = Math.round(pauseMs * (1 - JITTER + 2 * JITTER * random.next()));
    this.cancelTurn = clock.after(delayMs, () => void this.turn());
  }

  private startPull(): Promise<void> {
    const pull = this.pull().finally(() => {
      this.running = null;
    });
    this.running = pull;
    return pull;
  }

  private async pull(): Promise<void> {
    const { store, ports } = this.parts;
    const startedMs = ports.clock.nowMs();
    this.pullStartedMs = startedMs;
    this.pulls += 1;
    try {
      const { position } = this.directory;
      this.take(await within(ports.clock, ANSWER_MS, () => store.read(position)));
    } catch (error) {
      this.pullFailures += 1;
      this.failuresInRow += 1;
      this.lastTrouble = describeTrouble(error);
      if (this.failuresInRow === 1) this.log('away', this.lastTrouble);
      throw error;
    }
    this.currentAtMs = startedMs;
    if (this.failuresInRow > 0) this.log('back', null);
    this.failuresInRow = 0;
    this.lastTrouble = null;
    this.snapshots.persistSoon();
  }

  private take({ changes, position }: StoredChanges): void {
    this.directory.apply(changes);
    for (const { stamp } of changes) this.observe(stamp);
    this.moveTo(position);
  }

  private moveTo(position: string): void {
    this.directory.moveTo(position);
    this.remember(position);
  }

  private remember(position: string): void {
    this.passed.delete(position);
    this.passed.add(position);
    for (const oldest of this.passed) {
      if (this.passed.size <= POSITIONS_REMEMBERED) break;
      this.passed.delete(oldest);
    }
  }

  private observe(stamp: string): void {
    try {
      this.parts.stamps.observe(stamp);
    } catch (error) {
      // The change stands; only our own clock does not follow it. Told once, not with every pull.
      if (stamp <= this.farthestStamp) return;
      this.farthestStamp = stamp;
      this.log('stamp-ahead', describeTrouble(error));
    }
  }

  private log(event: 'away' | 'back' | 'stamp-ahead', trouble: string | null): void {
    this.parts.ports.writeLog(`${JSON.stringify({ directoryStore: event, trouble })}\n`);
  }
}
