import type { LocalQuotaStore } from './local-quota-store';
import type { Quota, QuotaStore, Settlement, Verdict } from './quota';

/** Runs what may be slow or fail: null when there was no answer in time, and at once while none is to be expected. */
export type Attempt = <Result>(work: () => Promise<Result>) => Promise<Result | null>;

export interface SharedQuotaStoreParts {
  readonly shared: QuotaStore;
  readonly local: LocalQuotaStore;
  readonly attempt: Attempt;
}

/** For a shared store that bounds its answers by itself. */
export async function attemptOnce<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch {
    // Whoever bounds the store also tells that it is away, once and not for each call.
    return null;
  }
}

/** What became of reports on their way to the shared store. */
interface Dispatch {
  readonly reports: readonly Settlement[];
  state: 'kept' | 'sent' | 'told' | 'failed';
  waiting: 'yes' | 'no';
}

/**
 * The replicas count together while their store answers, and each by its share while it does not. What was used apart is
 * told before the next reservation, so that changing over and back in one window never admits more than
 * `limit + (replicas − 1) · limit / replicas`. Never throws.
 */
export class SharedQuotaStore implements QuotaStore {
  constructor(private readonly parts: SharedQuotaStoreParts) {}

  async reserve(quotas: readonly Quota[]): Promise<Verdict> {
    const { local } = this.parts;
    const certain = local.selectCertainRefusal(quotas);
    if (certain !== null) return certain;
    const verdict = await this.exchange(
      local.takeReports(quotas),
      (shared) => shared.reserve(quotas),
      (late) => {
        if (late.kind === 'granted') local.recordLateGrant(quotas);
      },
    );
    if (verdict === null) return local.reserveNow(quotas);
    local.recordVerdict(quotas, verdict);
    return verdict;
  }

  /** Counted here at once; resolves when the others know, or when they cannot be told now. */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    const { local } = this.parts;
    local.settleNow(settlements);
    const reports = local.takeReports(settlements.map(({ quota }) => quota));
    if (reports.length === 0) return;
    await this.exchange(
      reports,
      () => Promise.resolve('told' as const),
      () => undefined,
    );
  }

  private async exchange<Result>(
    reports: readonly Settlement[],
    ask: (shared: QuotaStore) => Promise<Result>,
    onLate: (result: Result) => void,
  ): Promise<Result | null> {
    const dispatch: Dispatch = { reports, state: 'kept', waiting: 'yes' };
    const result = await this.parts.attempt(async () => {
      await this.send(dispatch);
      const answer = await ask(this.parts.shared);
      if (dispatch.waiting === 'no') onLate(answer);
      return answer;
    });
    if (result === null) this.abandon(dispatch);
    return result;
  }

  private async send(dispatch: Dispatch): Promise<void> {
    const { shared, local } = this.parts;
    const { reports } = dispatch;
    if (reports.length === 0) return;
    dispatch.state = 'sent';
    try {
      await shared.settle(reports);
    } catch (error) {
      dispatch.state = 'failed';
      if (dispatch.waiting === 'no') local.returnReports(reports.filter(isGivingBack));
      throw error;
    }
    dispatch.state = 'told';
    if (dispatch.waiting === 'no') {
      local.recordLateReports(reports.filter((report) => !isGivingBack(report)));
    }
  }

  /**
   * Nobody waits any more, but what was sent may still arrive. Until that is known, what was used is told once more, and
   * what is given back is not: the store may count too much for a while, and never too little.
   */
  private abandon(dispatch: Dispatch): void {
    const { local } = this.parts;
    const { reports, state } = dispatch;
    dispatch.waiting = 'no';
    if (state === 'kept' || state === 'failed') local.returnReports(reports);
    if (state === 'sent') {
      local.returnReports(reports.filter((report) => !isGivingBack(report)));
    }
  }
}

function isGivingBack({ quota, used }: Settlement): boolean {
  return used < quota.amount;
}
