import type { Continent, RoutingPolicy } from '../spec/multi-region-props';

/** The public name of the gateway and where it leads. */
export interface DnsPlan {
  readonly domainName: string;
}

/** How clients are kept out of a region that answers: a lost one that came back by itself, or one that is worked on. */
export type ClosingPlan =
  /** A switch that health checks look at. It is kept in another region, and turned without any control plane. */
  | { readonly kind: 'switch' }
  /** A setting of the service that leads clients. Only its control plane changes it, and that lives in `home` alone. */
  | { readonly kind: 'setting'; readonly service: string; readonly home: string };

/** How the public name leads to one of several regions, and away from one that fails. */
export interface RoutingPlan {
  readonly policy: RoutingPolicy;
  /** What does it, in the target's words. */
  readonly by: string;
  /** What is asked of each region. The answer changes without any control plane. */
  readonly healthPath: string;
  readonly probeIntervalSeconds: number;
  readonly failureThreshold: number;
  /** How long clients keep an answer; 0 where the address never changes. */
  readonly ttlSeconds: number;
  /** From the loss of a region until all who answer clients know. */
  readonly detectionSeconds: number;
  /** From the loss of a region until new requests reach another. */
  readonly steeringSeconds: number;
  /** How the two come about, in one line. */
  readonly arithmetic: string;
  /** In the order of preference; the first one answers where nothing else decides. */
  readonly targets: readonly RoutingTarget[];
  readonly closing: ClosingPlan;
}

/** One answer of the public name. */
export interface RoutingTarget {
  readonly region: string;
  /** `secondary` is given only while the primary fails; `equal` ones are chosen among. */
  readonly rank: 'primary' | 'secondary' | 'equal';
  /** Whose clients are led here by place; empty where that is not how they are led. */
  readonly continents: readonly Continent[];
}

export interface DnsOutputs {
  /** `https://api.example.com`. */
  readonly url: string;
}
