export { RESERVED_CONNECTIONS, planConnectionBudget, type ConnectionBudget } from './capacity';
export {
  checkObjectives,
  planSingleRegionObjectives,
  type FailureObjective,
  type RecoveryObjectives,
} from './objectives';
export { planSingleRegion } from './plan-single-region';
export {
  AWS_TRAITS,
  GCP_TRAITS,
  K8S_TRAITS,
  LOCAL_TRAITS,
  type Sourced,
  type TargetTraits,
} from './target-traits';
export { planTimers, type Timers } from './timers';
export type { RegionPlan, Topology } from './topology';
