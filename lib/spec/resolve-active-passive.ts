import { SpecError, type Warning } from '../errors';
import type { TargetTraits } from '../topology/target-traits';
import { completeRegion, completeSteering } from './complete-regions';
import {
  DEFAULT_NAME,
  DEFAULT_SINGLE_WRITER_DATA_MODE,
  DEFAULT_STANDBY_MIN_REPLICAS,
} from './defaults';
import type { ActivePassiveProps } from './multi-region-props';
import { checkMultiRegionRules } from './multi-region-rules';
import { noticeMultiRegionWarnings } from './multi-region-warnings';
import type { ActivePassiveSpec } from './multi-region-spec';

/** A complete description of two regions and what deserves a look in it. */
export interface ResolvedActivePassive {
  readonly spec: ActivePassiveSpec;
  readonly warnings: readonly Warning[];
}

/**
 * Completes the description of a region that serves and one that waits, and checks both against every rule.
 *
 * @throws {SpecError} naming every broken rule at once.
 */
export function resolveActivePassive(
  props: ActivePassiveProps,
  traits: TargetTraits,
): ResolvedActivePassive {
  const { standby } = props;
  const primary = completeRegion(props, props.primary, { path: 'primary', index: 0, traits });
  const spec: ActivePassiveSpec = {
    pattern: 'active-passive',
    name: props.name ?? DEFAULT_NAME,
    primary,
    standby: {
      ...completeRegion(props, standby, { path: 'standby', index: 1, traits }),
      minReplicas: standby.minReplicas ?? DEFAULT_STANDBY_MIN_REPLICAS,
      allowColdStandby: standby.allowColdStandby ?? null,
    },
    dataMode: props.dataMode ?? DEFAULT_SINGLE_WRITER_DATA_MODE,
    steering: completeSteering({
      props: props.steering,
      policy: 'failover',
      probe: primary.spec.probe,
      traits,
    }),
  };
  const problems = checkMultiRegionRules(spec, traits);
  if (problems.length > 0) throw new SpecError(`${spec.name} on ${traits.target}`, problems);
  return { spec, warnings: noticeMultiRegionWarnings(spec, traits) };
}
