export type {
  AutoscalingProps,
  BackupProps,
  CacheProps,
  ComputeProps,
  DatabaseProps,
  DomainProps,
  GatewayProps,
  ImageProps,
  ObjectivesProps,
  ProbeProps,
  StreamingProps,
} from './props';
export type {
  AutoscalingSpec,
  BackupSpec,
  CacheSpec,
  ComputeSpec,
  DatabaseSpec,
  GatewaySpec,
  ImageSpec,
  ObjectivesSpec,
  PoolerPools,
  PoolerShare,
  PoolerSpec,
  ProbeSpec,
  ScalingPace,
  StreamingSpec,
} from './spec';
export type {
  ActiveActiveProps,
  ActivePassiveProps,
  ActiveRegionProps,
  Continent,
  DataMode,
  RegionProps,
  RoutingPolicy,
  SingleWriterDataMode,
  SpreadingPolicy,
  SpreadingProps,
  StandbyProps,
  SteeringProps,
} from './multi-region-props';
export type { MultiRegionRule } from './multi-region-rule';
export { MULTI_REGION_RULES, checkMultiRegionRules } from './multi-region-rules';
export type {
  ActiveActiveSpec,
  ActivePassiveSpec,
  ActiveRegionSpec,
  MultiRegionSpec,
  RegionPart,
  RegionSpec,
  StandbySpec,
  SteeringSpec,
} from './multi-region-spec';
export { resolveActiveActive, type ResolvedActiveActive } from './resolve-active-active';
export { resolveActivePassive, type ResolvedActivePassive } from './resolve-active-passive';
export { resolveSpec, type ResolvedSpec } from './resolve-spec';
export { RANGES, type Range } from './ranges';
export { RULES, checkRules, type Rule } from './rules';
