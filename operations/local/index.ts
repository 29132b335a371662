export { runUp, type UpOptions } from './up';
export type { UpPlan } from './up-plan';
