import type { TargetTraits } from '../topology/target-traits';
import { selectInterval, selectSteering } from '../topology/steering-traits';
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

/** The whole description as it holds in one region: what is said once, with what the region says differently. */
export function completeRegion(
  shared: Omit<GatewayProps, 'cidr'>,
  props: RegionProps & Pick<ActiveRegionProps, 'autoscaling'>,
  place: { readonly path: string; readonly index: number },
): RegionSpec {
  return {
    region: props.region,
    path: place.path,
    ownParts: [
      'cidr',
      ...(props.zones === undefined ? [] : (['zones'] as const)),
      ...(props.autoscaling === undefined ? [] : (['autoscaling'] as const)),
    ],
    spec: completeSpec({
      ...shared,
      zones: props.zones ?? shared.zones,
      cidr: props.cidr ?? defaultRegionCidr(place.index),
      autoscaling: props.autoscaling ?? shared.autoscaling,
    }),
  };
}

/** What the target fixes stands above the defaults, and what the user wrote above both. */
export function completeSteering(
  props: SteeringProps | undefined,
  policy: RoutingPolicy,
  traits: TargetTraits,
): SteeringSpec {
  const offered = selectSteering(traits.target, policy);
  return {
    policy,
    intervalSeconds:
      props?.intervalSeconds ??
      (offered === null
        ? DEFAULT_STEERING.intervalSeconds
        : selectInterval(offered.interval, DEFAULT_STEERING.intervalSeconds)),
    failureThreshold: props?.failureThreshold ?? DEFAULT_STEERING.failureThreshold,
    ttlSeconds: props?.ttlSeconds ?? offered?.fixedTtlSeconds?.value ?? DEFAULT_STEERING.ttlSeconds,
  };
}
