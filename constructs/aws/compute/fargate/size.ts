import { SpecError } from '../../../../lib';

/** A size that Fargate offers. */
export interface FargateSize {
  /** 1024 are one core. */
  readonly cpu: number;
  readonly memoryMib: number;
}

/**
 * Memory that each processor size can be combined with. Unit: MiB.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const SIZES = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: range(1024, 4096) },
  { cpu: 1024, memory: range(2048, 8192) },
  { cpu: 2048, memory: range(4096, 16_384) },
  { cpu: 4096, memory: range(8192, 30_720) },
];

/**
 * The smallest size that holds a replica.
 *
 * @throws {SpecError} when none does.
 */
export function planFargateSize(cpuMillicores: number, memoryMib: number): FargateSize {
  const neededCpu = (cpuMillicores * 1024) / 1000;
  for (const { cpu, memory } of SIZES) {
    const enough = memory.find((each) => each >= memoryMib);
    if (cpu >= neededCpu && enough !== undefined) return { cpu, memoryMib: enough };
  }
  const largest = SIZES.at(-1);
  throw new SpecError('litellm-ha/aws', [
    {
      rule: 'aws.fargate-size',
      path: 'compute',
      allowed: `fit into a task of Fargate (${largest?.cpu} units of processor and ${largest?.memory.at(-1)} MiB at most)`,
      got: `${cpuMillicores} millicores and ${memoryMib} MiB`,
      fix: 'lower it and run more replicas, or choose Compute.eks()',
    },
  ]);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: (to - from) / 1024 + 1 }, (_, index) => from + index * 1024);
}
