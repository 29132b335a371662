import type { TargetTraits } from '../topology/target-traits';
import { selectInterval, selectSteering, type SteeringTraits } from '../topology/steering-traits';
import { DEFAULT_STEERING, defaultRegionCidr } from './defaults';
import type {
  ActiveRegionProps,
  RegionProps,
  RoutingPolicy,
  SteeringProps,
} from './multi-region-props';
import type { RegionSpec, SteeringSpec } from './multi-region-spec';
import type { GatewayProps } from './props';
import { completeSpec } from './resolve-spec';
import type { ProbeSpec } from './spec';

/** The whole description as it holds in one region: what is said once, with what the region says differently. */
export function completeRegion(
  shared: Omit<GatewayProps, 'cidr'>,
  props: RegionProps & Pick<ActiveRegionProps, 'autoscaling'>,
  place: { readonly path: string; readonly index: number; readonly traits: TargetTraits },
): RegionSpec {
  return {
    region: props.region,
    path: place.path,
    ownParts: [
      'cidr',
      ...(props.zones === undefined ? [] : (['zones'] as const)),
      ...(props.autoscaling === undefined ? [] : (['autoscaling'] as const)),
    ],
    spec: completeSpec(
      {
        ...shared,
        zones: props.zones ?? shared.zones,
        cidr: props.cidr ?? defaultRegionCidr(place.index),
        autoscaling: props.autoscaling ?? shared.autoscaling,
      },
      place.traits.pooler,
    ),
  };
}

/** What the target fixes stands above the defaults, and what the user wrote above both. */
export function completeSteering(input: {
  readonly props: SteeringProps | undefined;
  readonly policy: RoutingPolicy;
  /** How load balancers probe replicas. */
  readonly probe: ProbeSpec;
  readonly traits: TargetTraits;
}): SteeringSpec {
  const { props, policy, traits } = input;
  const offered = selectSteering(traits.target, policy);
  const pace = selectPace(offered, input.probe);
  return {
    policy,
    intervalSeconds: props?.intervalSeconds ?? pace.intervalSeconds,
    failureThreshold: props?.failureThreshold ?? pace.failureThreshold,
    ttlSeconds: props?.ttlSeconds ?? offered?.fixedTtlSeconds?.value ?? DEFAULT_STEERING.ttlSeconds,
  };
}

function selectPace(
  offered: SteeringTraits | null,
  probe: ProbeSpec,
): Pick<SteeringSpec, 'intervalSeconds' | 'failureThreshold'> {
  if (offered === null) return DEFAULT_STEERING;
  const { interval } = offered;
  if (interval.kind === 'inherited') {
    return {
      intervalSeconds: probe.intervalSeconds,
      failureThreshold: probe.unhealthyThreshold,
    };
  }
  return {
    intervalSeconds: selectInterval(interval, DEFAULT_STEERING.intervalSeconds),
    failureThreshold: DEFAULT_STEERING.failureThreshold,
  };
}
