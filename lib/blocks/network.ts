/** The private network of a region. */
export interface NetworkPlan {
  /** Address range of the whole network, IPv4 CIDR. */
  readonly cidr: string;
  /** Half of `cidr`, for replicas and load balancers where a target asks for ranges. */
  readonly computeCidr: string;
  /** The other half, for managed databases and caches. */
  readonly dataCidr: string;
  readonly zones: number;
}

export interface NetworkOutputs {
  /** Late-bound id or name of the network. */
  readonly networkId: string;
}
