import type { RoutingStrategy } from '../../../lib/config/gateway-config';
import { selectByCost } from './cost-based-routing';
import { selectByLatency } from './latency-based-routing';
import { selectLeastBusy } from './least-busy';
import { selectLeastConnections } from './least-connections';
import { selectPeakEwma } from './peak-ewma';
import { selectRoundRobin } from './round-robin';
import { selectSimpleShuffle } from './simple-shuffle';
import type { Strategy } from './strategy';
import { selectByUsage } from './usage-based-routing';

/** Every strategy by its name in `routing_strategy`. A new one is a file in this folder and a line here. */
export const STRATEGIES: Readonly<Record<RoutingStrategy, Strategy>> = {
  'simple-shuffle': selectSimpleShuffle,
  'least-busy': selectLeastBusy,
  'usage-based-routing': selectByUsage,
  'usage-based-routing-v2': selectByUsage,
  'latency-based-routing': selectByLatency,
  'cost-based-routing': selectByCost,
  // Budgets decide who may serve; those that may share as usual.
  'provider-budget-routing': selectSimpleShuffle,
  'round-robin': selectRoundRobin,
  'least-connections': selectLeastConnections,
  'peak-ewma': selectPeakEwma,
};
