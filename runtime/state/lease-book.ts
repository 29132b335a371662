/** How many places of one quota this replica holds, those included that it has asked for. */
export interface HeldLease {
  readonly key: string;
  readonly count: number;
}

/**
 * The places that this replica has taken and not given back: what it renews, and tells a Redis that has forgotten, or that
 * has missed that places were given back.
 */
export class LeaseBook {
  private readonly countByKey = new Map<string, number>();

  get leases(): readonly HeldLease[] {
    return [...this.countByKey].map(([key, count]) => ({ key, count }));
  }

  /**
   * More from the moment places are asked for, since the renewal comes to Redis after the question; less when they are
   * refused or given back.
   */
  recordChanged(key: string, difference: number): void {
    const count = (this.countByKey.get(key) ?? 0) + difference;
    if (count > 0) this.countByKey.set(key, count);
    else this.countByKey.delete(key);
  }
}
