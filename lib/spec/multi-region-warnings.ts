import type { Warning } from '../errors';
import { DEFAULT_STANDBY_MIN_REPLICAS } from './defaults';
import { listRegionSpecs, type MultiRegionSpec } from './multi-region-spec';
import { selectSteering } from '../topology/steering-traits';
import type { TargetTraits } from '../topology/target-traits';
import { noticeWarnings } from './warnings';

/** Things among regions that are allowed and still deserve a look. */
export function noticeMultiRegionWarnings(
  spec: MultiRegionSpec,
  traits: TargetTraits,
): readonly Warning[] {
  const [first] = listRegionSpecs(spec);
  const shared =
    first === undefined
      ? []
      : [...first.spec.config.warnings, ...noticeWarnings(first.spec, traits)];
  return [...shared, ...noticeStandby(spec), ...noticeSteeringHome(spec, traits)];
}

/** The writer is refused there by a rule; who only serves does no harm when it comes back by itself. */
function noticeSteeringHome(spec: MultiRegionSpec, { target }: TargetTraits): readonly Warning[] {
  const closing = selectSteering(target, spec.steering.policy)?.closing;
  if (closing?.kind !== 'setting') return [];
  return listRegionSpecs(spec)
    .filter(({ region }) => region === closing.home)
    .map(({ path, region }) => ({
      rule: 'steering.home-lost',
      path: `${path}.region`,
      message:
        `when ${region} is lost, so is ${closing.service}: clients are led away from it, but nothing keeps them away once ` +
        'it answers again',
    }));
}

function noticeStandby(spec: MultiRegionSpec): readonly Warning[] {
  if (spec.pattern !== 'active-passive' || spec.standby.allowColdStandby === null) return [];
  const { minReplicas, allowColdStandby } = spec.standby;
  return [
    minReplicas < DEFAULT_STANDBY_MIN_REPLICAS
      ? {
          rule: 'standby.cold',
          path: 'standby.allowColdStandby',
          message: `the standby does not serve at once: ${allowColdStandby}`,
        }
      : {
          rule: 'standby.permit-unused',
          path: 'standby.allowColdStandby',
          message: `${minReplicas} replicas keep the standby warm; remove the permit`,
        },
  ];
}
