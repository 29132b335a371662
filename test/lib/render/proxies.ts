import { K8S_TRAITS, planTimers, type Endpoint } from '../../../lib';
import type { BalancingStrategy, ProxyInput } from '../../../lib/render';

export const STRATEGIES: readonly BalancingStrategy[] = [
  'round-robin',
  'least-connections',
  'latency',
  'sticky',
];

/** A load balancer in front of some replicas, with timers as they follow from the defaults. */
export function aProxyInput(
  strategy: BalancingStrategy,
  replicas: readonly Endpoint[] = [
    { host: '127.0.0.1', port: 4001 },
    { host: '127.0.0.1', port: 4002 },
  ],
): ProxyInput {
  return {
    listen: { host: '127.0.0.1', port: 8080 },
    replicas,
    strategy,
    timers: planTimers({
      streaming: { maxStreamSeconds: 600, idleSeconds: 300 },
      probe: {
        intervalSeconds: 5,
        timeoutSeconds: 3,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      traits: K8S_TRAITS,
    }),
    probePath: '/health/readiness',
  };
}
