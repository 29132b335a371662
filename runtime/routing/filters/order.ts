import type { DeploymentConfig } from '../../../lib/config/gateway-config';

/** Lower is asked first; without an order comes last. */
export function keepLowestOrder(
  candidates: readonly DeploymentConfig[],
): readonly DeploymentConfig[] {
  const lowest = candidates.reduce((low, each) => Math.min(low, orderOf(each)), Infinity);
  return candidates.filter((candidate) => orderOf(candidate) === lowest);
}

/**
 * Whether an attempt can only reach another order's deployments by leaving the present order before all of it was tried:
 * the last retry of a group does, so that the next order is asked before a fallback is.
 */
export function keepNextOrder(
  candidates: readonly DeploymentConfig[],
  tried: readonly DeploymentConfig[],
): readonly DeploymentConfig[] {
  const reached = tried.reduce((high, each) => Math.max(high, orderOf(each)), -Infinity);
  const beyond = candidates.filter((candidate) => orderOf(candidate) > reached);
  return keepLowestOrder(beyond.length > 0 ? beyond : candidates);
}

function orderOf({ order }: DeploymentConfig): number {
  return order ?? Infinity;
}
