import { SpecError, type Warning } from '../errors';
import { listSpreadingPolicies } from '../topology/steering-traits';
import type { TargetTraits } from '../topology/target-traits';
import { completeRegion, completeSteering } from './complete-regions';
import { DEFAULT_NAME, DEFAULT_PROBE } from './defaults';
import type { ActiveActiveProps, SpreadingPolicy } from './multi-region-props';
import { checkMultiRegionRules } from './multi-region-rules';
import type { ActiveActiveSpec, ActiveRegionSpec } from './multi-region-spec';
import { noticeMultiRegionWarnings } from './multi-region-warnings';

/** A complete description of regions that all serve and what deserves a look in it. */
export interface ResolvedActiveActive {
  readonly spec: ActiveActiveSpec;
  readonly warnings: readonly Warning[];
}

/**
 * Completes the description of regions that all serve, and checks each and all together against every rule.
 *
 * @throws {SpecError} naming every broken rule at once.
 */
export function resolveActiveActive(
  props: ActiveActiveProps,
  traits: TargetTraits,
): ResolvedActiveActive {
  const regions = props.regions.map((region, index): ActiveRegionSpec => ({
    ...completeRegion(props, region, { path: `regions[${index}]`, index, traits }),
    continents: region.continents ?? [],
  }));
  const spec: ActiveActiveSpec = {
    pattern: 'active-active',
    name: props.name ?? DEFAULT_NAME,
    regions,
    dataMode: props.dataMode,
    writerRegion: props.writerRegion ?? null,
    witnessRegion: props.witnessRegion ?? null,
    peakReplicas: props.peakReplicas ?? sumOfLeastReplicas(regions),
    steering: completeSteering({
      props: props.steering,
      policy: props.steering?.policy ?? preferredPolicy(traits),
      probe: regions[0]?.spec.probe ?? DEFAULT_PROBE,
      traits,
    }),
  };
  const problems = checkMultiRegionRules(spec, traits);
  if (problems.length > 0) throw new SpecError(`${spec.name} on ${traits.target}`, problems);
  return { spec, warnings: noticeMultiRegionWarnings(spec, traits) };
}

function preferredPolicy(traits: TargetTraits): SpreadingPolicy {
  return listSpreadingPolicies(traits.target)[0] ?? 'latency';
}

function sumOfLeastReplicas(regions: readonly ActiveRegionSpec[]): number {
  return regions.reduce((sum, { spec }) => sum + spec.autoscaling.minReplicas, 0);
}
