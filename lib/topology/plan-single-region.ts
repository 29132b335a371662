import { SpecError } from '../errors';
import type { GatewaySpec } from '../spec/spec';
import { checkObjectives, planSingleRegionObjectives } from './objectives';
import { planRegion } from './plan-region';
import type { TargetTraits } from './target-traits';
import type { SingleRegionTopology } from './topology';

/**
 * One region over several zones: it survives the loss of any replica, of any zone, of the database's primary and of the
 * cache. It does not survive the loss of the region.
 *
 * @throws {SpecError} when the description demands more than such a topology gives.
 */
export function planSingleRegion(spec: GatewaySpec, traits: TargetTraits): SingleRegionTopology {
  const region = planRegion(spec, traits);
  const recoveryObjectives = planSingleRegionObjectives({
    timers: region.compute.timers,
    traits,
  });
  const problems = checkObjectives(spec.objectives, recoveryObjectives);
  if (problems.length > 0) throw new SpecError(`${spec.name} on ${traits.target}`, problems);
  return {
    pattern: 'single-region',
    name: spec.name,
    regions: [region],
    dns: spec.domainName === null ? null : { domainName: spec.domainName },
    recoveryObjectives,
  };
}
