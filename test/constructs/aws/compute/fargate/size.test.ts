import { planFargateSize } from '../../../../../constructs/aws/compute/fargate/size';

describe('planFargateSize', () => {
  it.each([
    [1000, 768, { cpu: 1024, memoryMib: 2048 }],
    [250, 256, { cpu: 256, memoryMib: 512 }],
    [250, 3000, { cpu: 512, memoryMib: 3072 }],
    [1500, 4096, { cpu: 2048, memoryMib: 4096 }],
    [4000, 16_384, { cpu: 4096, memoryMib: 16_384 }],
  ])('finds the smallest task for %i millicores and %i MiB', (cpu, memory, size) => {
    expect(planFargateSize(cpu, memory)).toEqual(size);
  });

  it('rejects what no task holds', () => {
    expect(() => planFargateSize(8000, 1024)).toThrow(
      new Error(
        'litellm-ha/aws: 1 problem\n' +
          '  - compute must fit into a task of Fargate (4096 units of processor and 30720 MiB at most), got 8000 ' +
          'millicores and 1024 MiB; lower it and run more replicas, or choose Compute.eks()',
      ),
    );
  });
});
