import type { RoutingStrategy } from '../../lib/config/gateway-config';

/** Every strategy there is; the compiler misses one that is not here. */
const STRATEGIES: Readonly<Record<RoutingStrategy, true>> = {
  'simple-shuffle': true,
  'round-robin': true,
  'least-busy': true,
  'least-connections': true,
  'usage-based-routing': true,
  'usage-based-routing-v2': true,
  'latency-based-routing': true,
  'cost-based-routing': true,
  'provider-budget-routing': true,
  'peak-ewma': true,
};

export const ROUTING_STRATEGIES = Object.keys(STRATEGIES) as [
  RoutingStrategy,
  ...RoutingStrategy[],
];
