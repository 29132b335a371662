import type { ImageSpec } from '../spec/spec';
import type { Timers } from '../topology/timers';

/** The replicas of the gateway. */
export interface ComputePlan {
  readonly name: string;
  /** Name of the region, told to the gateway. Null: the target's own name for it. */
  readonly regionName: string | null;
  readonly image: ImageSpec;
  readonly port: number;
  readonly zones: number;
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  readonly livenessPath: string;
  readonly readinessPath: string;
  readonly timers: Timers;
  /** The configuration to mount; references, no secret values. */
  readonly configYaml: string;
  /** Environment of each replica that is no secret and known at synth. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ComputeOutputs {
  /** Late-bound name by which the target's own tools find the replicas. */
  readonly workloadName: string;
}
