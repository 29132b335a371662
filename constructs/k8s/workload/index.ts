export { Workload, renderWorkload } from './workload';
export type { SecretKeyReference, WorkloadProgram, WorkloadProps } from './workload-props';
