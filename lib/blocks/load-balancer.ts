import type { Timers } from '../topology/timers';

/** What clients connect to: TLS at the edge, plain HTTP redirected, replicas probed. */
export interface LoadBalancerPlan {
  readonly name: string;
  /** Null: the load balancer's own name. */
  readonly domainName: string | null;
  readonly targetPort: number;
  readonly probePath: string;
  readonly timers: Timers;
  readonly redirectHttp: true;
}

export interface LoadBalancerOutputs {
  /** Late-bound host name or address of the load balancer itself. */
  readonly hostName: string;
}
