import type { Clock } from '../ports';
import type { Quota, QuotaStore, Settlement, Verdict } from './quota';
import {
  reduceGrantAlone,
  reduceGrantShared,
  reduceLedgerRead,
  reduceRefusedShared,
  reduceSettlement,
  selectRoomAlone,
  selectRoomKnown,
  UNUSED_QUOTA,
} from './quota-use';
import type { QuotaUse } from './quota-use';

export interface LocalQuotaStoreParts {
  readonly clock: Pick<Clock, 'nowMs' | 'wallMs'>;
  /** How many share the quotas, this one included: each grants its part. */
  readonly replicas: () => number;
}

type WindowName = Pick<Quota, 'id' | 'window'>;

interface Entry {
  readonly id: string;
  readonly endsMs: number | null;
  use: QuotaUse;
  touchedMs: number;
}

/** Swept when there are so many, and when there are twice as many as the last sweep left. */
const FIRST_SWEEP = 1_000;
/** A budget that nobody used for so long begins with what the ledger knows of it. */
const IDLE_MS = 3_600_000;

/**
 * Counts what this replica uses. Alone it grants its part of every quota, which is all of it where there is one replica;
 * beside a shared store it remembers what has to be known when that one is away.
 */
export class LocalQuotaStore implements QuotaStore {
  private readonly entries = new Map<string, Entry>();
  private sweepAt = FIRST_SWEEP;

  constructor(private readonly parts: LocalQuotaStoreParts) {}

  get size(): number {
    return this.entries.size;
  }

  reserve(quotas: readonly Quota[]): Promise<Verdict> {
    return Promise.resolve(this.reserveNow(quotas));
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    this.settleNow(settlements);
    return Promise.resolve();
  }

  reserveNow(quotas: readonly Quota[]): Verdict {
    const replicas = Math.max(1, this.parts.replicas());
    const rooms = quotas.map((quota) => selectRoomAlone(this.useOf(quota), quota, replicas));
    const refusal = selectRefusal(quotas, rooms);
    if (refusal !== null) return refusal;
    for (const quota of quotas) {
      this.change(quota, (use) => reduceGrantAlone(use, quota, replicas));
    }
    return {
      kind: 'granted',
      remaining: quotas.map(({ amount }, index) => Math.floor((rooms[index] ?? 0) - amount)),
    };
  }

  settleNow(settlements: readonly Settlement[]): void {
    for (const { quota, used } of settlements) {
      // A window that is over has been forgotten, and all that was held in it.
      if (!this.entries.has(renderName(quota))) continue;
      this.change(quota, (use) => reduceSettlement(use, quota.amount, used));
    }
  }

  /** Refuses what no other replica could make room for; null: somebody has to be asked. */
  selectCertainRefusal(quotas: readonly Quota[]): Verdict | null {
    const rooms = quotas.map((quota) => selectRoomKnown(this.useOf(quota), quota));
    return selectRefusal(quotas, rooms);
  }

  /** The shared store counted, and said so. */
  recordVerdict(quotas: readonly Quota[], verdict: Verdict): void {
    if (verdict.kind === 'refused') {
      const { quota, remaining } = verdict;
      this.change(quota, (use) => reduceRefusedShared(use, quota, remaining));
      return;
    }
    quotas.forEach((quota, index) => {
      const left = verdict.remaining[index] ?? 0;
      this.change(quota, (use) => reduceGrantShared(use, quota, left));
    });
  }

  /** What the shared store has to be told of these quotas. It counts as told until it is given back. */
  takeReports(quotas: readonly Quota[]): readonly Settlement[] {
    const wallMs = this.parts.clock.wallMs();
    const reports: Settlement[] = [];
    for (const quota of quotas) {
      const entry = this.entries.get(renderName(quota));
      const isOver = quota.windowEndsMs !== null && quota.windowEndsMs <= wallMs;
      if (entry === undefined || entry.use.unreported === 0 || isOver) continue;
      reports.push(renderReport(quota, entry.use.unreported));
      entry.use = { ...entry.use, unreported: 0 };
    }
    return reports;
  }

  returnReports(reports: readonly Settlement[]): void {
    for (const { quota, used } of reports) this.addUnreported(quota, used - quota.amount);
  }

  /** Reports that were given back did arrive, only late. */
  recordLateReports(reports: readonly Settlement[]): void {
    for (const { quota, used } of reports) this.addUnreported(quota, quota.amount - used);
  }

  /** A reservation was made in the shared store when nobody waited for it any more: it has that much too much. */
  recordLateGrant(quotas: readonly Quota[]): void {
    for (const quota of quotas) this.addUnreported(quota, -quota.amount);
  }

  /** The ledger's view of a budget is fresh. */
  recordLedgerRead(budget: WindowName): void {
    const entry = this.entries.get(renderName(budget));
    if (entry !== undefined) entry.use = reduceLedgerRead(entry.use);
  }

  private addUnreported(quota: Quota, more: number): void {
    this.change(quota, (use) => ({ ...use, unreported: use.unreported + more }));
  }

  private useOf(quota: Quota): QuotaUse {
    return this.entries.get(renderName(quota))?.use ?? UNUSED_QUOTA;
  }

  private change(quota: Quota, reduce: (use: QuotaUse) => QuotaUse): void {
    const name = renderName(quota);
    const nowMs = this.parts.clock.nowMs();
    const entry = this.entries.get(name);
    if (entry !== undefined) {
      entry.use = reduce(entry.use);
      entry.touchedMs = nowMs;
      return;
    }
    if (this.entries.size >= this.sweepAt) this.sweep(nowMs);
    const use = reduce(UNUSED_QUOTA);
    this.entries.set(name, { id: quota.id, endsMs: quota.windowEndsMs, use, touchedMs: nowMs });
  }

  private sweep(nowMs: number): void {
    const wallMs = this.parts.clock.wallMs();
    for (const [name, { endsMs, use, touchedMs }] of this.entries) {
      const isOver = endsMs !== null && endsMs <= wallMs;
      const isIdle = use.held === 0 && nowMs - touchedMs >= IDLE_MS;
      const isEmpty =
        use.held === 0 && use.unreported === 0 && endsMs === null && use.alone === null;
      if (isOver || isIdle || isEmpty) this.entries.delete(name);
    }
    this.sweepAt = Math.max(FIRST_SWEEP, 2 * this.entries.size);
  }
}

function selectRefusal(quotas: readonly Quota[], rooms: readonly number[]): Verdict | null {
  const index = quotas.findIndex((quota, at) => quota.amount > (rooms[at] ?? 0));
  const quota = quotas[index];
  if (quota === undefined) return null;
  return { kind: 'refused', quota, remaining: Math.max(0, Math.floor(rooms[index] ?? 0)) };
}

/** As a settlement, since that is what changes a count without asking. */
function renderReport(quota: Quota, unreported: number): Settlement {
  return quota.kind === 'concurrent'
    ? { quota: { ...quota, amount: -unreported }, used: 0 }
    : { quota: { ...quota, amount: 0 }, used: unreported };
}

function renderName({ id, window }: WindowName): string {
  return `${window}:${id}`;
}
