import type { RouterConfig } from '../../lib/config/gateway-config';
import type { StandingBudgets } from '../../lib/config/guards-config';
import type { LedgerStore } from '../ledger/ledger-entry';
import type { Ports } from '../ports';
import { BudgetBook } from './budget-book';
import type { OwnSpending } from './budget-book';
import type { RegionWeight } from './budget-shares';
import { CompletionEstimate } from './completion-estimate';
import { LimitMetrics } from './limit-metrics';
import { Limits } from './limits';
import { LocalQuotaStore } from './local-quota-store';
import type { BudgetEnforcement } from './plan-demand';
import type { BudgetPlan } from './plan-budgets';
import { planStandingBudgets } from './plan-standing-budgets';
import type { QuotaStore } from './quota';
import { ShareKeeper } from './share-keeper';
import { attemptOnce, SharedQuotaStore } from './shared-quota-store';
import { SoftBudgets } from './soft-budgets';
import type { TransferStore } from './transfer';

export interface RegionsParts {
  readonly region: string;
  /** Every region, this one included, the same and in the same order everywhere. */
  readonly all: readonly RegionWeight[];
  readonly transfers: TransferStore;
  readonly createStamp: () => string;
}

export interface CreateLimitsParts {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
  readonly enforcement: BudgetEnforcement;
  /** Budgets that hold whatever key is shown. */
  readonly standing: StandingBudgets;
  readonly unpriced: RouterConfig['budgetUnpriced'];
  /** Where the replicas of this region count together, bounded in time by itself; null: each counts by its share. */
  readonly shared: QuotaStore | null;
  /** How many replicas there are, this one included. */
  readonly replicas: () => number;
  readonly own: OwnSpending;
  /** Null: there is no ledger beside this process's own. */
  readonly ledger: Pick<LedgerStore, 'readTotals'> | null;
  /** Null: budgets are not divided among regions. */
  readonly regions: RegionsParts | null;
}

export interface LimitsSystem {
  readonly limits: Limits;
  readonly metrics: LimitMetrics;
  start(): void;
  stop(): void;
}

/** Wires what holds callers to their limits. */
export function createLimits(parts: CreateLimitsParts): LimitsSystem {
  const { ports, shared, own, ledger, regions } = parts;
  const { clock } = ports;
  const local = new LocalQuotaStore({ clock, replicas: parts.replicas });
  const store =
    shared === null ? local : new SharedQuotaStore({ shared, local, attempt: attemptOnce });
  const book = new BudgetBook({
    store: ledger,
    own,
    ports,
    onRead: (budget) => local.recordLedgerRead(budget),
  });
  const selectSpent = ({ quotaId, window, scope }: BudgetPlan): number =>
    book.selectSpent({ id: quotaId, window }, scope);
  const keeper =
    regions === null || ledger === null
      ? null
      : new ShareKeeper({
          region: regions.region,
          regions: regions.all,
          transfers: regions.transfers,
          createStamp: regions.createStamp,
          ledger,
          quotas: store,
          selectSpent,
          ports,
        });
  const region = keeper === null ? null : (regions?.region ?? null);
  const metrics = new LimitMetrics();
  const limits = new Limits({
    store,
    view: {
      selectSpent,
      selectShare: (budget, microDollars) =>
        keeper?.selectShare(budget, microDollars) ?? { microDollars, givenMicroDollars: 0 },
    },
    estimate: new CompletionEstimate(),
    soft: new SoftBudgets({ metrics, writeLog: ports.writeLog }),
    metrics,
    clock,
    enforcement: parts.enforcement,
    standing: parts.standing,
    unpriced: parts.unpriced,
    region,
  });
  return {
    limits,
    metrics,
    start: () => {
      // Somebody asks for it in the first call, and it is the one that is known before.
      const context = { endUser: null, wallMs: clock.wallMs(), region };
      for (const budget of planStandingBudgets(parts.standing, context)) selectSpent(budget);
      book.start();
      keeper?.start();
    },
    stop: () => {
      book.stop();
      keeper?.stop();
    },
  };
}
