export {
  RESERVED_CONNECTIONS,
  planConnectionBudget,
  planPoolersBudget,
  planPoolBudget,
  planRegionLoss,
  type ConnectionBudget,
  type RegionLoss,
} from './capacity';
export {
  listDataModes,
  listTargetsOffering,
  selectDataMode,
  type DataModeTraits,
} from './data-modes';
export {
  planMultiRegionObjectives,
  type MultiRegionObjectivesInput,
} from './multi-region-objectives';
export {
  checkObjectives,
  planSingleRegionObjectives,
  type FailureObjective,
  type RecoveryObjectives,
} from './objectives';
export { planActiveActive } from './plan-active-active';
export { planActivePassive } from './plan-active-passive';
export { planSingleRegion } from './plan-single-region';
export {
  listSpreadingPolicies,
  selectSteering,
  type IntervalChoice,
  type SteeringTraits,
} from './steering-traits';
export {
  AWS_TRAITS,
  GCP_TRAITS,
  K8S_TRAITS,
  LOCAL_TRAITS,
  type Sourced,
  type TargetTraits,
} from './target-traits';
export { planTimers, type Timers } from './timers';
export type {
  MultiRegionTopology,
  PlacedRegionPlan,
  RegionPlan,
  SingleRegionTopology,
  Topology,
} from './topology';
