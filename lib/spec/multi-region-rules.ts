import type { Problem } from '../errors';
import type { TargetTraits } from '../topology/target-traits';
import { CAPACITY_RULES } from './capacity-rules';
import { DATA_MODE_RULES } from './data-mode-rules';
import type { MultiRegionRule } from './multi-region-rule';
import { listRegionSpecs, type MultiRegionSpec, type RegionSpec } from './multi-region-spec';
import { REGION_RULES } from './region-rules';
import { checkRules } from './rules';
import { STEERING_RULES } from './steering-rules';

/** Every rule of a description of several regions, in the order of the catalogue. */
export const MULTI_REGION_RULES: readonly MultiRegionRule[] = [
  ...REGION_RULES,
  ...STEERING_RULES,
  ...DATA_MODE_RULES,
  ...CAPACITY_RULES,
];

/** All problems: those of each region as if it stood alone, then those of all together. */
export function checkMultiRegionRules(
  spec: MultiRegionSpec,
  traits: TargetTraits,
): readonly Problem[] {
  return [
    ...checkEachRegion(spec, traits),
    ...MULTI_REGION_RULES.flatMap((rule) =>
      rule.check(spec, traits).map((problem) => ({ rule: rule.id, ...problem })),
    ),
  ];
}

/** What is said once for all regions is reported once. */
function checkEachRegion(spec: MultiRegionSpec, traits: TargetTraits): readonly Problem[] {
  const problems = listRegionSpecs(spec).flatMap((region) =>
    checkRules(region.spec, traits).map((problem) => ({
      ...problem,
      path: placePath(problem.path, region),
    })),
  );
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...byText.values()];
}

/** Only what a region may say itself carries the region's path. */
function placePath(path: string, region: RegionSpec): string {
  const [part] = path.split('.');
  return region.ownParts.some((own) => own === part) ? `${region.path}.${path}` : path;
}
