import { parseMachineType, planMachineType } from '../../../../constructs/gcp/compute/machine-type';

describe('parseMachineType', () => {
  it.each([
    { name: 'e2-standard-2', vcpus: 2, memoryMib: 8192 },
    { name: 'n2d-highmem-4', vcpus: 4, memoryMib: 32768 },
    { name: 'c2d-highcpu-8', vcpus: 8, memoryMib: 8192 },
    { name: 'n2-custom-6-10240', vcpus: 6, memoryMib: 10240 },
  ])('reads $name', (machine) => {
    expect(parseMachineType(machine.name)).toEqual(machine);
  });

  it.each(['t2a-standard-2', 'n4-standard-2', 'e2-medium', 'e2-standard', 'x1-custom-2-4096', ''])(
    'knows nothing of "%s"',
    (name) => {
      expect(parseMachineType(name)).toBeNull();
    },
  );
});

describe('planMachineType', () => {
  it.each([
    { cpuMillicores: 1000, memoryMib: 768, planned: 'e2-standard-2' },
    { cpuMillicores: 1500, memoryMib: 7168, planned: 'e2-standard-2' },
    { cpuMillicores: 1501, memoryMib: 768, planned: 'e2-standard-4' },
    { cpuMillicores: 1000, memoryMib: 7169, planned: 'e2-standard-4' },
    { cpuMillicores: 4000, memoryMib: 16384, planned: 'e2-standard-8' },
  ])('finds room for $cpuMillicores millicores and $memoryMib MiB', ({ planned, ...replica }) => {
    expect(planMachineType(replica)).toBe(planned);
  });
});
