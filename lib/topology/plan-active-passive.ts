import type { SecretsOrigin } from '../blocks';
import { SpecError } from '../errors';
import type { ActivePassiveSpec } from '../spec/multi-region-spec';
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
 * A region that serves and one that waits. It survives the loss of the serving region: a warm standby answers calls with
 * known keys as soon as clients are led there, and takes writes once its database is promoted.
 *
 * @throws {SpecError} when the description demands more than such a topology gives.
 */
export function planActivePassive(
  spec: ActivePassiveSpec,
  traits: TargetTraits,
): MultiRegionTopology {
  const { primary, standby } = spec;
  const { objectives } = primary.spec;
  const replicationInput: ReplicationInput = {
    dataMode: spec.dataMode,
    regions: [primary.region, standby.region],
    writerRegion: primary.region,
    witnessRegion: null,
    demandedRpoSeconds: objectives.rpoSeconds,
    traits,
  };
  const routing = planRouting(
    spec.steering,
    [
      { region: primary.region, rank: 'primary', continents: [] },
      { region: standby.region, rank: 'secondary', continents: [] },
    ],
    traits,
  );
  const replication = planReplication(replicationInput);
  const recoveryObjectives = planMultiRegionObjectives({
    pattern: spec.pattern,
    regionCount: 2,
    timers: planTimers({ ...primary.spec, traits }),
    routing,
    replication,
    coldReplicas: standby.minReplicas === 0 ? 'none-run' : 'some-run',
    traits,
  });
  const problems = checkObjectives(objectives, recoveryObjectives);
  if (problems.length > 0) throw new SpecError(`${spec.name} on ${traits.target}`, problems);

  const copied: SecretsOrigin = { kind: 'copied', fromRegion: primary.region };
  const ofStandby = standby.spec.autoscaling;
  return {
    pattern: spec.pattern,
    name: spec.name,
    target: traits.target,
    regions: [
      placeRegion(
        primary,
        {
          role: 'primary',
          autoscaling: primary.spec.autoscaling,
          takeover: primary.spec.autoscaling,
          databaseRole: planDatabaseRole(replicationInput, primary.region),
          secretsOrigin: { kind: 'generated' },
        },
        traits,
      ),
      placeRegion(
        standby,
        {
          role: 'standby',
          autoscaling: { ...ofStandby, minReplicas: standby.minReplicas },
          takeover: ofStandby,
          databaseRole: planDatabaseRole(replicationInput, standby.region),
          secretsOrigin: copied,
        },
        traits,
      ),
    ],
    dns: { domainName: requireDomain(primary.spec) },
    routing,
    replication,
    recoveryObjectives,
  };
}
