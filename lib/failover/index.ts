export { planFailback } from './plan-failback';
export { planFailover } from './plan-failover';
export type {
  FailoverAction,
  FailureResponse,
  Phase,
  Procedure,
  ServiceCall,
  Step,
} from './procedure';
export {
  reduceProcedure,
  selectNextStep,
  startProcedure,
  type ProcedureEvent,
  type ProcedureState,
  type Progress,
} from './reduce-procedure';
export { renderRunbook } from './render-runbook';
export { findUnsafeSteps, type UnsafeStep } from './unsafe-steps';
