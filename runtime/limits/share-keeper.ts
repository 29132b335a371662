import type { LedgerStore, Partition } from '../ledger/ledger-entry';
import type { Cancel, Ports } from '../ports';
import { planInitialShares, planTransfers, reduceShares } from './budget-shares';
import type { PlannedTransfer, RegionMoney, RegionShare, RegionWeight } from './budget-shares';
import type { BudgetPlan, BudgetShare } from './plan-budgets';
import type { Quota, QuotaStore } from './quota';
import type { Transfer, TransferStore } from './transfer';

export interface ShareKeeperParts {
  readonly region: string;
  /** Every region, this one included, the same and in the same order everywhere. */
  readonly regions: readonly RegionWeight[];
  readonly transfers: TransferStore;
  readonly ledger: Pick<LedgerStore, 'readTotals'>;
  /** Counts what this region's replicas spend: what is handed over is taken out of it like a call. */
  readonly quotas: QuotaStore;
  /** Micro-dollars spent in this region in the budget's window. */
  readonly selectSpent: (budget: BudgetPlan) => number;
  /** Unique and sorted by time; see `directory/stamp.ts`. */
  readonly createStamp: () => string;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
}

interface Entry {
  budget: BudgetPlan;
  limitMicroDollars: number;
  /** By stamp: stores tell them again and again. */
  readonly transferByStamp: Map<string, Transfer>;
  share: RegionShare;
  usedMs: number;
}

export const BALANCE_EVERY_MS = 10_000;
const FIRST_READ_MS = 20;
const FORGET_AFTER_MS = 600_000;
const MOST_BUDGETS = 20_000;
/** Belongs to no replica: what the ledger stores of every partition is wanted. */
const NO_PARTITION: Partition = { region: '', boot: '' };

/**
 * Keeps this region's part of every budget in use. With the store away the part stays what it was: the region spends it
 * and no more. With the store back, money goes from regions that have much of it to those that run low.
 */
export class ShareKeeper {
  private readonly entries = new Map<string, Entry>();
  /** Decided and perhaps not stored: taken out of this region's part until they surely are. */
  private readonly unwritten = new Map<string, Transfer>();
  private cancel: Cancel | null = null;
  private state: 'running' | 'stopped' = 'stopped';
  private balancing: 'yes' | 'no' = 'no';

  constructor(private readonly parts: ShareKeeperParts) {}

  start(): void {
    this.state = 'running';
    this.schedule(BALANCE_EVERY_MS);
  }

  stop(): void {
    this.state = 'stopped';
    this.cancel?.();
  }

  selectShare(budget: BudgetPlan, limitMicroDollars: number): BudgetShare {
    const entry = this.entryOf(budget, limitMicroDollars);
    return { microDollars: entry.share.received, givenMicroDollars: entry.share.given };
  }

  /** One round: hears of transfers, and makes those that are due. Never rejects. */
  async balance(): Promise<void> {
    const entries = [...this.entries.values()];
    if (entries.length === 0 && this.unwritten.size === 0) return;
    try {
      await this.writeUnwritten();
      await this.readTransfers(entries);
      const moneys = await this.readMoneys(entries);
      for (const [at, entry] of entries.entries()) {
        await this.give(entry, planTransfers(this.parts.region, moneys[at] ?? []));
      }
      await this.writeUnwritten();
      // Only now: while the store is away, what is forgotten could not be found out again.
      this.forgetIdle();
    } catch {
      // The store is away, which its own probe tells. What was decided is written in a later round.
    }
  }

  private entryOf(budget: BudgetPlan, limitMicroDollars: number): Entry {
    const usedMs = this.parts.ports.clock.nowMs();
    const known = this.entries.get(budget.quotaId);
    if (known !== undefined && known.budget.window === budget.window) {
      known.usedMs = usedMs;
      this.entries.delete(budget.quotaId);
      this.entries.set(budget.quotaId, known);
      if (known.limitMicroDollars !== limitMicroDollars) {
        known.limitMicroDollars = limitMicroDollars;
        this.refreshShare(known);
      }
      return known;
    }
    const entry: Entry = {
      budget,
      limitMicroDollars,
      transferByStamp: new Map(),
      share: { received: 0, given: 0 },
      usedMs,
    };
    for (const transfer of this.unwritten.values()) this.record(entry, transfer);
    this.refreshShare(entry);
    this.entries.delete(budget.quotaId);
    this.entries.set(budget.quotaId, entry);
    if (this.entries.size > MOST_BUDGETS) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    if (known === undefined) this.schedule(FIRST_READ_MS);
    return entry;
  }

  private record(entry: Entry, transfer: Transfer): void {
    const { quotaId, window } = entry.budget;
    if (transfer.quotaId !== quotaId || transfer.window !== window) return;
    entry.transferByStamp.set(transfer.stamp, transfer);
  }

  private refreshShare(entry: Entry): void {
    const shares = this.sharesOf(entry);
    entry.share = shares.get(this.parts.region) ?? { received: 0, given: 0 };
  }

  private sharesOf(entry: Entry): ReadonlyMap<string, RegionShare> {
    const initial = planInitialShares(entry.limitMicroDollars, this.parts.regions);
    return reduceShares(initial, entry.transferByStamp.values());
  }

  private async writeUnwritten(): Promise<void> {
    const transfers = [...this.unwritten.values()];
    if (transfers.length === 0) return;
    await this.parts.transfers.write(transfers);
    for (const { stamp } of transfers) this.unwritten.delete(stamp);
  }

  private async readTransfers(entries: readonly Entry[]): Promise<void> {
    const budgets = entries.map(({ budget: { quotaId, window } }) => ({ quotaId, window }));
    const transfers = await this.parts.transfers.read(budgets);
    const entryById = new Map(entries.map((entry) => [entry.budget.quotaId, entry]));
    for (const transfer of transfers) {
      const entry = entryById.get(transfer.quotaId);
      if (entry !== undefined) this.record(entry, transfer);
    }
    for (const entry of entries) this.refreshShare(entry);
  }

  /** Of each budget, what every region has left: the own part as it is now, the others' as they are stored. */
  private async readMoneys(entries: readonly Entry[]): Promise<readonly RegionMoney[][]> {
    const { region: own, regions, ledger, selectSpent } = this.parts;
    const scopes = entries.flatMap(({ budget }) =>
      regions.map(({ region }) => ({ ...budget.scope, region })),
    );
    const totals = await ledger.readTotals(scopes, NO_PARTITION);
    return entries.map((entry, at) => {
      const shares = this.sharesOf(entry);
      return regions.map(({ region }, index) => {
        const share = shares.get(region) ?? { received: 0, given: 0 };
        const stored = totals[at * regions.length + index] ?? 0;
        const spent = region === own ? selectSpent(entry.budget) : stored;
        return { region, freeMicroDollars: share.received - share.given - spent };
      });
    });
  }

  private async give(entry: Entry, planned: readonly PlannedTransfer[]): Promise<void> {
    if (planned.length === 0 || !(await this.takeTurn(entry.budget))) return;
    for (const { toRegion, microDollars } of planned) {
      const quota: Quota = {
        id: entry.budget.quotaId,
        kind: 'window',
        limit: entry.share.received,
        amount: microDollars,
        window: entry.budget.window,
        windowEndsMs: entry.budget.windowEndsMs,
        known: this.parts.selectSpent(entry.budget) + entry.share.given,
      };
      // What calls have set aside is not free to be given, whatever the ledger says is left.
      if ((await this.parts.quotas.reserve([quota])).kind === 'refused') continue;
      const transfer: Transfer = {
        stamp: this.parts.createStamp(),
        quotaId: entry.budget.quotaId,
        window: entry.budget.window,
        fromRegion: this.parts.region,
        toRegion,
        microDollars,
      };
      this.unwritten.set(transfer.stamp, transfer);
      this.record(entry, transfer);
      this.refreshShare(entry);
      // It counts as used, like a call that is over: `known` holds it from here on.
      await this.parts.quotas.settle([{ quota, used: microDollars }]);
    }
  }

  /** One replica of a region gives in each round: others that plan the same would give as much again. */
  private async takeTurn({ quotaId }: BudgetPlan): Promise<boolean> {
    const round = Math.floor(this.parts.ports.clock.wallMs() / BALANCE_EVERY_MS);
    const turn: Quota = {
      id: `${quotaId}:turn`,
      kind: 'window',
      limit: 1,
      amount: 1,
      window: round,
      windowEndsMs: (round + 1) * BALANCE_EVERY_MS,
      known: 0,
    };
    return (await this.parts.quotas.reserve([turn])).kind === 'granted';
  }

  private schedule(delayMs: number): void {
    if (this.state === 'stopped' || this.balancing === 'yes') return;
    this.cancel?.();
    const { clock, random } = this.parts.ports;
    this.cancel = clock.after(delayMs * (0.8 + 0.4 * random.next()), () => void this.run());
  }

  private async run(): Promise<void> {
    this.balancing = 'yes';
    await this.balance();
    this.balancing = 'no';
    this.schedule(BALANCE_EVERY_MS);
  }

  private forgetIdle(): void {
    const nowMs = this.parts.ports.clock.nowMs();
    for (const [id, { usedMs }] of this.entries) {
      if (nowMs - usedMs < FORGET_AFTER_MS) return;
      this.entries.delete(id);
    }
  }
}
