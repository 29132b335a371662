import type { DeploymentConfig } from '../../../lib/config/gateway-config';

type Ordered = Pick<DeploymentConfig, 'order'>;

/** Lower is asked first; without an order comes last. */
export function keepLowestOrder<T extends Ordered>(candidates: readonly T[]): readonly T[] {
  const lowest = candidates.reduce((low, each) => Math.min(low, selectOrder(each)), Infinity);
  return candidates.filter((candidate) => selectOrder(candidate) === lowest);
}

/** Those whose order has attempts left. */
export function keepUnspent<T extends Ordered>(
  candidates: readonly T[],
  spentOrders: readonly number[],
): readonly T[] {
  // Most calls never get so far.
  if (spentOrders.length === 0) return candidates;
  return candidates.filter((candidate) => !spentOrders.includes(selectOrder(candidate)));
}

export function selectOrder({ order }: Ordered): number {
  return order ?? Infinity;
}
