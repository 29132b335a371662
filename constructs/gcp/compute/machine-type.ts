/** What a machine type of Compute Engine offers. */
export interface MachineType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
}

/** x86 families that boot from a balanced persistent disk; others need other disks or another image. */
const FAMILIES = ['e2', 'n2', 'n2d', 't2d', 'c2', 'c2d', 'c3', 'c3d'];

/** The least of the families, so that a machine never has less than is said here. */
const MEMORY_MIB_PER_VCPU: Readonly<Record<string, number>> = {
  standard: 4096,
  highmem: 8192,
  highcpu: 1024,
};

/** What the operating system, Docker and the logging agent use beside the gateway. */
const SYSTEM_CPU_MILLICORES = 500;
const SYSTEM_MEMORY_MIB = 1024;

/** Reads `e2-standard-2` or `n2-custom-4-8192`; null when the family or the shape is none of the known ones. */
export function parseMachineType(name: string): MachineType | null {
  const predefined = /^([a-z0-9]+)-(standard|highmem|highcpu)-(\d+)$/.exec(name);
  if (predefined !== null) {
    const [, family = '', shape = '', count = ''] = predefined;
    const perVcpu = MEMORY_MIB_PER_VCPU[shape];
    if (!FAMILIES.includes(family) || perVcpu === undefined) return null;
    return { name, vcpus: Number(count), memoryMib: Number(count) * perVcpu };
  }
  const custom = /^([a-z0-9]+)-custom-(\d+)-(\d+)$/.exec(name);
  if (custom === null) return null;
  const [, family = '', vcpus = '', memoryMib = ''] = custom;
  if (!FAMILIES.includes(family)) return null;
  return { name, vcpus: Number(vcpus), memoryMib: Number(memoryMib) };
}

/** The smallest general-purpose machine with room for one replica and the system around it. */
export function planMachineType(replica: {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}): string {
  const fitting = [2, 4, 8, 16].find(
    (vcpus) =>
      vcpus * 1000 >= replica.cpuMillicores + SYSTEM_CPU_MILLICORES &&
      vcpus * 4096 >= replica.memoryMib + SYSTEM_MEMORY_MIB,
  );
  return `e2-standard-${fitting ?? 32}`;
}
