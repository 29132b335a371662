import type { ClosingPlan } from '../blocks';
import type { RoutingPolicy } from '../spec/multi-region-props';
import type { Sourced, TargetTraits } from './target-traits';

/** How a target leads clients to regions, and what it lets be set. */
export interface SteeringTraits {
  /** What does it, in the target's words. */
  readonly by: string;
  readonly interval: IntervalChoice | InheritedProbes;
  /** The time a client may keep an answer, where nobody can set it. Unit: seconds. Null: it can be set. */
  readonly fixedTtlSeconds: Sourced | null;
  /** Until all who answer clients agree, beyond the failed probes. Unit: seconds. */
  readonly settleSeconds: Sourced;
  /** Published availability of who answers clients. Unit: percent. Null: nobody publishes any. */
  readonly serviceLevelPercent: Sourced | null;
  /** Whether a client's place is told by continent, or by the nearest region. */
  readonly placesBy: 'continent' | 'region';
  readonly closing: ClosingPlan;
  /** Longest silence on a connection, where it passes through what leads clients. Unit: seconds. Null: it does not. */
  readonly maxIdleSeconds: Sourced | null;
}

/** Nobody probes but the load balancers of the regions: the pace of `probe` is the pace here. */
export interface InheritedProbes {
  readonly kind: 'inherited';
  readonly source: string;
}

/** The times between probes that health checks offer. */
export type IntervalChoice =
  | { readonly kind: 'choices'; readonly seconds: readonly number[]; readonly source: string }
  | {
      readonly kind: 'range';
      readonly minSeconds: number;
      readonly maxSeconds: number;
      readonly source: string;
    };

/** DNS has no part in a connection, and health checks look at switches. */
const BESIDE_CONNECTIONS = { closing: { kind: 'switch' }, maxIdleSeconds: null } as const;

const ROUTE_53 = {
  ...BESIDE_CONNECTIONS,
  interval: { kind: 'choices', seconds: [10, 30], source: 'Route 53 health checks' },
  fixedTtlSeconds: { value: 60, source: 'Route 53 alias records of load balancers' },
  settleSeconds: {
    value: 10,
    source: 'Route 53: checkers of several regions agree, name servers learn it; 10 s is ours',
  },
  serviceLevelPercent: { value: 100, source: 'Amazon Route 53 Service Level Agreement' },
  placesBy: 'continent',
} as const;

const CLOUD_DNS = {
  ...BESIDE_CONNECTIONS,
  interval: {
    kind: 'range',
    minSeconds: 30,
    maxSeconds: 300,
    source: 'Cloud DNS, "Health checks" of routing policies',
  },
  fixedTtlSeconds: null,
  settleSeconds: { value: 10, source: 'Cloud DNS: name servers learn the verdict; 10 s is ours' },
  serviceLevelPercent: { value: 100, source: 'Cloud DNS Service Level Agreement' },
  placesBy: 'region',
} as const;

/** ExternalDNS writes the records once; the DNS service behind it probes. */
const EXTERNAL_DNS = {
  ...BESIDE_CONNECTIONS,
  interval: {
    kind: 'choices',
    seconds: [10, 30],
    source: 'health checks of Route 53, which ExternalDNS refers to',
  },
  fixedTtlSeconds: null,
  settleSeconds: {
    value: 10,
    source: 'name servers learn the verdict of health checks; 10 s is ours',
  },
  serviceLevelPercent: null,
  placesBy: 'continent',
} as const;

const LOCAL_BALANCER = {
  ...BESIDE_CONNECTIONS,
  by: 'the load balancer of this machine',
  interval: { kind: 'range', minSeconds: 1, maxSeconds: 60, source: 'the local load balancer' },
  fixedTtlSeconds: { value: 0, source: 'no DNS: clients connect to one port' },
  settleSeconds: { value: 0, source: 'one process decides' },
  serviceLevelPercent: null,
  placesBy: 'continent',
} as const;

/** A policy that is missing is not offered by that target. */
const STEERING: Readonly<
  Record<TargetTraits['target'], Readonly<Partial<Record<RoutingPolicy, SteeringTraits>>>>
> = {
  aws: {
    failover: { ...ROUTE_53, by: 'Route 53 failover records' },
    latency: { ...ROUTE_53, by: 'Route 53 latency records' },
    geolocation: { ...ROUTE_53, by: 'Route 53 geolocation records' },
    anycast: {
      by: 'AWS Global Accelerator',
      interval: {
        kind: 'inherited',
        source: 'Global Accelerator Developer Guide, "Health checks": an ALB is judged by its own',
      },
      fixedTtlSeconds: { value: 0, source: 'Global Accelerator: its addresses never change' },
      settleSeconds: {
        value: 30,
        source:
          'Global Accelerator Developer Guide, "How failover works": about 30 s until new connections go elsewhere',
      },
      serviceLevelPercent: {
        value: 99.99,
        source: 'AWS Global Accelerator Service Level Agreement',
      },
      placesBy: 'region',
      closing: {
        kind: 'setting',
        service: 'AWS Global Accelerator UpdateEndpointGroup',
        home: 'us-west-2',
      },
      maxIdleSeconds: {
        value: 340,
        source: 'Global Accelerator Developer Guide, "How it works": idle timeout of TCP, fixed',
      },
    },
  },
  gcp: {
    failover: { ...CLOUD_DNS, by: 'Cloud DNS failover policy' },
    geolocation: { ...CLOUD_DNS, by: 'Cloud DNS geolocation policy' },
    anycast: {
      by: 'global external Application Load Balancer',
      interval: { kind: 'range', minSeconds: 5, maxSeconds: 300, source: 'Compute health checks' },
      fixedTtlSeconds: { value: 0, source: 'one address everywhere, which never changes' },
      settleSeconds: { value: 10, source: 'all edges learn the verdict; 10 s is ours' },
      serviceLevelPercent: {
        value: 99.99,
        source: 'Cloud Load Balancing Service Level Agreement',
      },
      placesBy: 'region',
      closing: { kind: 'switch' },
      // It is the load balancer itself, whose own limits other rules know.
      maxIdleSeconds: null,
    },
  },
  k8s: {
    failover: { ...EXTERNAL_DNS, by: 'failover records written by ExternalDNS' },
    latency: { ...EXTERNAL_DNS, by: 'latency records written by ExternalDNS' },
    geolocation: { ...EXTERNAL_DNS, by: 'geolocation records written by ExternalDNS' },
  },
  local: {
    failover: LOCAL_BALANCER,
    latency: LOCAL_BALANCER,
  },
};

const SPREADING_BY_PREFERENCE = ['latency', 'anycast', 'geolocation'] as const;

/** Null: the target does not offer the policy. */
export function selectSteering(
  target: TargetTraits['target'],
  policy: RoutingPolicy,
): SteeringTraits | null {
  return STEERING[target][policy] ?? null;
}

/** The policies a target offers to spread clients, the preferred one first. */
export function listSpreadingPolicies(
  target: TargetTraits['target'],
): readonly (typeof SPREADING_BY_PREFERENCE)[number][] {
  return SPREADING_BY_PREFERENCE.filter((policy) => STEERING[target][policy] !== undefined);
}

/** The shortest interval that is offered and not below what is wished. */
export function selectInterval(interval: IntervalChoice, wishedSeconds: number): number {
  if (interval.kind === 'range') {
    return Math.min(Math.max(wishedSeconds, interval.minSeconds), interval.maxSeconds);
  }
  const sorted = [...interval.seconds].sort((one, other) => one - other);
  return sorted.find((seconds) => seconds >= wishedSeconds) ?? sorted.at(-1) ?? wishedSeconds;
}

/** Whether a health check may be told to probe this often. */
export function offersInterval(interval: IntervalChoice, seconds: number): boolean {
  return interval.kind === 'choices'
    ? interval.seconds.includes(seconds)
    : Number.isInteger(seconds) && seconds >= interval.minSeconds && seconds <= interval.maxSeconds;
}

/** `10 or 30 s`, `30–300 s`. */
export function describeInterval(interval: IntervalChoice): string {
  return interval.kind === 'choices'
    ? `${interval.seconds.join(' or ')} s`
    : `${interval.minSeconds}–${interval.maxSeconds} s`;
}
