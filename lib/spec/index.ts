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
  ProbeSpec,
  ScalingPace,
  StreamingSpec,
} from './spec';
export { resolveSpec, type ResolvedSpec } from './resolve-spec';
export { RANGES, type Range } from './ranges';
export { RULES, checkRules, type Rule } from './rules';
