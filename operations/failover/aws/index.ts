export { createAwsCall, type AwsCall, type AwsRequest } from './aws-call';
export { createExecutor } from './create-executor';
export { NotYet, type ExecutorEvent } from './executor';
export type { ExecutorPorts } from './executor-ports';
export type { ExecutorSettings } from './executor-settings';
export { createPlanBlock, type PlanBlockSettings } from './plan-block-function';
export type { KeepReplicationEvent } from './replication-keeper';
