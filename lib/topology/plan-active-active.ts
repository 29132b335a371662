import { SpecError } from '../errors';
import type { ActiveActiveSpec, ActiveRegionSpec } from '../spec/multi-region-spec';
import { planMultiRegionObjectives } from './multi-region-objectives';
import { checkObjectives } from './objectives';
import { placeRegion } from './place-region';
import { planDatabaseRole, planReplication, type ReplicationInput } from './plan-replication';
import { planRouting } from './plan-routing';
import { requireDomain } from './require-domain';
import type { TargetTraits } from './target-traits';
import { planTimers } from './timers';
import type { MultiRegionTopology } from './topology';

/**
 * Regions that all serve. It survives the loss of any one region: clients of the others notice nothing, its own are led to
 * the next one. Whether writes wait, and how many are lost, follows from the data mode.
 *
 * @throws {SpecError} when the description demands more than such a topology gives.
 */
export function planActiveActive(
  spec: ActiveActiveSpec,
  traits: TargetTraits,
): MultiRegionTopology {
  const [first] = spec.regions;
  if (first === undefined) throw new Error('regions.count let no region pass');
  const { objectives } = first.spec;
  const replicationInput: ReplicationInput = {
    dataMode: spec.dataMode,
    regions: spec.regions.map(({ region }) => region),
    writerRegion: spec.writerRegion ?? first.region,
    witnessRegion: spec.witnessRegion,
    demandedRpoSeconds: objectives.rpoSeconds,
    traits,
  };
  const routing = planRouting(
    spec.steering,
    spec.regions.map(({ region, continents }) => ({ region, rank: 'equal', continents })),
    traits,
  );
  const replication = planReplication(replicationInput);
  const recoveryObjectives = planMultiRegionObjectives({
    pattern: spec.pattern,
    regionCount: spec.regions.length,
    timers: planTimers({ ...first.spec, traits }),
    routing,
    replication,
    coldReplicas: 'some-run',
    traits,
  });
  const problems = checkObjectives(objectives, recoveryObjectives);
  if (problems.length > 0) throw new SpecError(`${spec.name} on ${traits.target}`, problems);
  return {
    pattern: spec.pattern,
    name: spec.name,
    target: traits.target,
    regions: spec.regions.map((region) =>
      placeRegion(
        region,
        {
          role: 'active',
          autoscaling: region.spec.autoscaling,
          takeover: planTakeover(spec, region),
          databaseRole: planDatabaseRole(replicationInput, region.region),
          secretsOrigin:
            region === first ? { kind: 'generated' } : { kind: 'copied', fromRegion: first.region },
        },
        traits,
      ),
    ),
    dns: { domainName: requireDomain(first.spec) },
    routing,
    replication,
    recoveryObjectives,
  };
}

/** What is left shares the peak evenly: waiting for the autoscaler would be waiting for the overload. */
function planTakeover(spec: ActiveActiveSpec, region: ActiveRegionSpec) {
  const { autoscaling } = region.spec;
  const share = Math.ceil(spec.peakReplicas / (spec.regions.length - 1));
  return {
    ...autoscaling,
    minReplicas: Math.min(Math.max(autoscaling.minReplicas, share), autoscaling.maxReplicas),
  };
}
