export { Workload, renderWorkload } from './workload';
export type {
  DataVolume,
  SecretKeyReference,
  WorkloadProgram,
  WorkloadProps,
} from './workload-props';
