import type { LoadBalancerPlan } from '../../../lib';
import type { Annotations } from './controller-settings';

/**
 * Settings of the AWS Load Balancer Controller. Its certificate is found in ACM by the host name: it does not read
 * Secrets. Without `scheme` it is internal; say otherwise with `annotations`.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export function renderAlb({ timers, probePath, redirectHttp }: LoadBalancerPlan): Annotations {
  const settings: Annotations = {
    // Straight to the pods: a node between them would hide which replica is gone.
    'target-type': 'ip',
    'listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
    ...(redirectHttp ? { 'ssl-redirect': '443' } : {}),
    'load-balancer-attributes': `idle_timeout.timeout_seconds=${timers.loadBalancerIdleSeconds}`,
    'target-group-attributes': [
      `deregistration_delay.timeout_seconds=${timers.drainSeconds}`,
      'load_balancing.algorithm.type=least_outstanding_requests',
    ].join(','),
    'healthcheck-path': probePath,
    'healthcheck-interval-seconds': String(timers.probeIntervalSeconds),
    'healthcheck-timeout-seconds': String(timers.probeTimeoutSeconds),
    'healthy-threshold-count': String(timers.healthyThreshold),
    'unhealthy-threshold-count': String(timers.unhealthyThreshold),
  };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`alb.ingress.kubernetes.io/${name}`, value]),
  );
}
