import type { LoadBalancerOutputs, LoadBalancerPlan } from '../../../lib';
import type { Compute } from '../compute/compute';
import type { LocalLoadBalancer } from '../foundation/local-plan';
import type { Network } from '../network/network';

/**
 * What clients connect to: plain HTTP on loopback, the least busy replica first, replicas probed as in every target.
 *
 * Costs a fraction of a core. Survives the death and the freezing of replicas; a request is sent to another replica only
 * while nothing of it has been sent. It is part of the supervisor and ends with it.
 */
export class LoadBalancer implements LoadBalancerOutputs {
  readonly resource: LocalLoadBalancer;
  readonly hostName: string;
  readonly url: string;

  constructor(props: {
    readonly plan: LoadBalancerPlan;
    readonly network: Network;
    readonly compute: Compute;
  }) {
    const { timers, probePath } = props.plan;
    this.resource = {
      ...props.network.loadBalancer(),
      algorithm: 'least-outstanding-requests',
      probe: {
        path: probePath,
        intervalSeconds: timers.probeIntervalSeconds,
        timeoutSeconds: timers.probeTimeoutSeconds,
        healthyThreshold: timers.healthyThreshold,
        unhealthyThreshold: timers.unhealthyThreshold,
      },
      idleSeconds: timers.loadBalancerIdleSeconds,
      targets: props.compute.resource.replicas,
    };
    this.hostName = this.resource.host;
    this.url = `http://${this.resource.host}:${this.resource.port}`;
  }
}
