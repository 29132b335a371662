/** How much machine the parts are given together. */
export type SizeChoice = 'standard' | 'small';

/** What a pod asks for. */
export interface PodSize {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}

/** What the parts beside the gateway ask for, and what PostgreSQL and Redis make of it. */
export interface Sizes {
  /** A quarter for PostgreSQL's own cache, the rest for connections and the cache of the system. */
  readonly database: PodSize & { readonly sharedBuffersMib: number };
  readonly pooler: PodSize;
  /** Redis holds half of its pod: rewriting the append-only file may double what it holds. */
  readonly redis: PodSize & { readonly maxMemoryMib: number; readonly storageGib: number };
  readonly sentinel: PodSize;
  /** Dumps, restores and what copies them. */
  readonly backup: PodSize;
}

export const SIZES: Readonly<Record<SizeChoice, Sizes>> = {
  standard: {
    database: { cpuMillicores: 500, memoryMib: 4096, sharedBuffersMib: 1024 },
    pooler: { cpuMillicores: 100, memoryMib: 128 },
    redis: { cpuMillicores: 100, memoryMib: 512, maxMemoryMib: 256, storageGib: 8 },
    sentinel: { cpuMillicores: 50, memoryMib: 128 },
    backup: { cpuMillicores: 250, memoryMib: 1024 },
  },
  small: {
    database: { cpuMillicores: 50, memoryMib: 512, sharedBuffersMib: 128 },
    pooler: { cpuMillicores: 10, memoryMib: 64 },
    redis: { cpuMillicores: 25, memoryMib: 128, maxMemoryMib: 64, storageGib: 1 },
    sentinel: { cpuMillicores: 10, memoryMib: 64 },
    backup: { cpuMillicores: 50, memoryMib: 256 },
  },
};
