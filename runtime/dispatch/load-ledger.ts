import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import type { Clock } from '../ports';
import {
  reduceSpending,
  selectBudgets,
  selectProviderBudget,
  selectRemainingDollars,
} from '../routing/budget';
import type { BudgetWindow } from '../routing/budget';
import type { Failure } from '../routing/failure';
import { reduceForeignLoad } from '../routing/foreign-load';
import type { ForeignLoad } from '../routing/foreign-load';
import {
  reduceEnd,
  reduceFirstToken,
  reduceMishap,
  reduceStart,
  reduceUse,
  reduceWhole,
  UNUSED,
} from '../routing/load';
import type { Delivery, End, Load, Tokens } from '../routing/load';
import { priceCharge } from './call-bill';
import type { Charge } from './call-bill';
import { planNextTurn } from '../routing/strategies/round-robin';

/** A request that was sent and is not over. */
export interface OpenEntry {
  readonly deployment: DeploymentConfig;
  readonly delivery: Delivery;
  readonly startedMs: number;
  readonly promptTokens: number;
  /** Unit: milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** What the strategies remember: the loads of all deployments and the budgets they are under. */
export class LoadLedger {
  /** What this replica did itself. */
  private readonly loadById = new Map<string, Load>();
  /** The same with what the others do. */
  private readonly sharedById = new Map<string, Load>();
  private foreignById: ReadonlyMap<string, ForeignLoad> = new Map();
  private readonly budgetByKey = new Map<string, BudgetWindow>();

  constructor(
    private readonly groups: ReadonlyMap<string, readonly DeploymentConfig[]>,
    private readonly router: RouterConfig,
    private readonly clock: Clock,
  ) {}

  /** What strategies and limits go by: this replica's loads and those of the others together. */
  get loads(): ReadonlyMap<string, Load> {
    return this.sharedById;
  }

  /** What this replica has to tell of itself. */
  get ownLoads(): ReadonlyMap<string, Load> {
    return this.loadById;
  }

  /** Takes what the other replicas do in place of what they did before. */
  adopt(foreign: ReadonlyMap<string, ForeignLoad>): void {
    const ids = new Set([...this.foreignById.keys(), ...foreign.keys()]);
    this.foreignById = foreign;
    for (const id of ids) this.share(id, this.loadById.get(id) ?? UNUSED);
  }

  get budgets(): ReadonlyMap<string, BudgetWindow> {
    return this.budgetByKey;
  }

  /** What each provider with a budget may still spend, in US dollars. */
  remainingByProvider(): readonly (readonly [provider: string, dollars: number])[] {
    const nowMs = this.clock.nowMs();
    return Object.keys(this.router.providerBudgets).flatMap((provider) => {
      const budget = selectProviderBudget(provider, this.router);
      if (budget === null) return [];
      const window = this.budgetByKey.get(budget.key) ?? null;
      return [[provider, selectRemainingDollars(window, budget, nowMs)] as const];
    });
  }

  recordStart(
    deployment: DeploymentConfig,
    sent: Pick<OpenEntry, 'delivery' | 'promptTokens'>,
  ): OpenEntry {
    const nowMs = this.clock.nowMs();
    const wallMs = this.clock.wallMs();
    const group = this.groups.get(deployment.modelName) ?? [deployment];
    const turn = planNextTurn(deployment, group, this.loadById);
    this.update(deployment, (load) =>
      reduceStart(load, { wallMs, promptTokens: sent.promptTokens, turn }),
    );
    return { deployment, startedMs: nowMs, startedAtMs: wallMs, ...sent };
  }

  /** The answer has begun and is one. */
  recordFirstToken({ deployment, delivery }: OpenEntry, afterMs: number): void {
    const nowMs = this.clock.nowMs();
    const { listSize } = this.router.latency;
    this.update(deployment, (load) =>
      reduceFirstToken(load, { nowMs, delivery, afterMs, listSize }),
    );
  }

  recordWhole({ deployment, startedMs }: OpenEntry, completionTokens: number): void {
    const nowMs = this.clock.nowMs();
    const { listSize } = this.router.latency;
    this.update(deployment, (load) =>
      reduceWhole(load, { nowMs, wholeMs: nowMs - startedMs, completionTokens, listSize }),
    );
  }

  recordMishap({ deployment, delivery }: OpenEntry, failure: Failure): void {
    const nowMs = this.clock.nowMs();
    const { listSize } = this.router.latency;
    this.update(deployment, (load) => reduceMishap(load, failure, { nowMs, delivery, listSize }));
  }

  /** Null: its provider bills nothing, or nobody knows yet. */
  recordEnd(entry: OpenEntry, charge: Charge | null): void {
    this.recordCharge(entry, charge, reduceEnd);
  }

  /** What an attempt costs whose end was recorded before that was known. */
  recordUse(entry: OpenEntry, charge: Charge): void {
    this.recordCharge(entry, charge, reduceUse);
  }

  private recordCharge(
    entry: OpenEntry,
    charge: Charge | null,
    reduce: (load: Load, end: End) => Load,
  ): void {
    const nowMs = this.clock.nowMs();
    const wallMs = this.clock.wallMs();
    const { deployment, startedMs, promptTokens } = entry;
    const startedWallMs = wallMs - (nowMs - startedMs);
    const budgets = selectBudgets(deployment, this.router);
    const dollars = charge === null ? 0 : this.priceInDollars(charge, budgets);
    const tokens = charge === null ? null : selectTokens(charge);
    this.update(deployment, (load) =>
      reduce(load, { wallMs, startedWallMs, promptTokens, tokens, dollars }),
    );
    if (dollars <= 0) return;
    for (const budget of budgets) {
      const window = this.budgetByKey.get(budget.key) ?? null;
      this.budgetByKey.set(budget.key, reduceSpending(window, budget, { nowMs, dollars }));
    }
  }

  /** What nobody can price counts where a budget goes by it. */
  private priceInDollars(charge: Charge, budgets: readonly unknown[]): number {
    const isEstimated = budgets.length > 0 && this.router.budgetUnpriced !== 'allow';
    const { microDollars } = priceCharge(charge, isEstimated ? 'estimated' : 'free');
    return microDollars / 1_000_000;
  }

  private update({ id }: DeploymentConfig, reduce: (load: Load) => Load): void {
    const load = reduce(this.loadById.get(id) ?? UNUSED);
    this.loadById.set(id, load);
    this.share(id, load);
  }

  private share(id: string, own: Load): void {
    const foreign = this.foreignById.get(id);
    this.sharedById.set(id, foreign === undefined ? own : reduceForeignLoad(own, foreign));
  }
}

function selectTokens({ usage }: Charge): Tokens {
  return { prompt: usage.promptTokens, completion: usage.completionTokens };
}
