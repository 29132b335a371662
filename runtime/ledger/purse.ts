/** Windows that a scope is asked for at a time: the running one, and the one before for calls that begin late. */
const MOST_WINDOWS = 2;
/** Calls that are remembered one by one, so that a window that began a moment ago can be told exactly. */
const MOST_RECENT = 64;

export interface Spent {
  readonly atMs: number;
  readonly microDollars: number;
}

/** What one payer spent, in all groups or in one. */
export class Purse {
  private total = 0;
  private firstAtMs = Infinity;
  private lastAtMs = -Infinity;
  private recent: readonly Spent[] = [];
  /** What came before the recent calls ended by then. */
  private forgottenUntilMs = -Infinity;
  private windows: readonly { readonly sinceMs: number; readonly microDollars: number }[] = [];

  add(spent: Spent): void {
    this.total += spent.microDollars;
    this.firstAtMs = Math.min(this.firstAtMs, spent.atMs);
    this.lastAtMs = Math.max(this.lastAtMs, spent.atMs);
    this.windows = this.windows.map(({ sinceMs, microDollars }) => ({
      sinceMs,
      microDollars: microDollars + (spent.atMs >= sinceMs ? spent.microDollars : 0),
    }));
    this.recent = [...this.recent.slice(-MOST_RECENT + 1), spent];
    const [oldest] = this.recent;
    if (this.recent.length === MOST_RECENT && oldest !== undefined) {
      this.forgottenUntilMs = Math.max(this.forgottenUntilMs, oldest.atMs);
    }
  }

  /** From the first question on exact; before, what cannot be told apart counts to the window, never against it. */
  since(sinceMs: number): number {
    const known = this.windows.find((window) => window.sinceMs === sinceMs);
    if (known !== undefined) return known.microDollars;
    const microDollars = this.sumSince(sinceMs);
    this.windows = [...this.windows.slice(-MOST_WINDOWS + 1), { sinceMs, microDollars }];
    return microDollars;
  }

  private sumSince(sinceMs: number): number {
    if (sinceMs <= this.firstAtMs) return this.total;
    if (sinceMs > this.lastAtMs) return 0;
    if (sinceMs <= this.forgottenUntilMs) return this.total;
    return this.recent
      .filter(({ atMs }) => atMs >= sinceMs)
      .reduce((sum, { microDollars }) => sum + microDollars, 0);
  }
}
