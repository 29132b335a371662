import type { AutoscalingPlan, DatabaseRole, SecretsOrigin } from '../blocks';
import type { RegionSpec } from '../spec/multi-region-spec';
import { planRegion } from './plan-region';
import type { TargetTraits } from './target-traits';
import type { PlacedRegionPlan, RegionPlan } from './topology';

/** Cuts the description of one region into slices, and says what it is to the others. */
export function placeRegion(
  region: RegionSpec,
  place: {
    readonly role: RegionPlan['role'];
    readonly autoscaling: AutoscalingPlan;
    readonly takeover: AutoscalingPlan;
    readonly databaseRole: DatabaseRole;
    readonly secretsOrigin: SecretsOrigin;
  },
  traits: TargetTraits,
): PlacedRegionPlan {
  const plan = planRegion(region.spec, traits);
  return {
    ...plan,
    ...place,
    region: region.region,
    compute: { ...plan.compute, regionName: region.region },
  };
}
