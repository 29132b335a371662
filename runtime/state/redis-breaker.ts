/** What a breaker remembers. Plain data. */
export interface BreakerMemory {
  /** `half-open`: a probe is on its way. Calls pass while it is closed, and only then. */
  readonly state: 'closed' | 'open' | 'half-open';
  /** Probes that failed since Redis went away; not forgotten before it has been back for a while. */
  readonly failedProbes: number;
  readonly closedAtMs: number;
}

export const CLOSED_BREAKER: BreakerMemory = {
  state: 'closed',
  failedProbes: 0,
  closedAtMs: -Infinity,
};

const FIRST_PROBE_MS = 100;
const LONGEST_PROBE_MS = 1_000;
/** Redis that comes and goes costs a wait each time it goes, so it is asked ever less often until it stays. */
const PROVEN_AFTER_MS = 10_000;

export function reduceTrip(memory: BreakerMemory, nowMs: number): BreakerMemory {
  if (memory.state !== 'closed') return memory;
  const proven = nowMs - memory.closedAtMs >= PROVEN_AFTER_MS;
  return { ...memory, state: 'open', failedProbes: proven ? 0 : memory.failedProbes + 1 };
}

export function reduceProbeStart(memory: BreakerMemory): BreakerMemory {
  return memory.state === 'open' ? { ...memory, state: 'half-open' } : memory;
}

export function reduceProbeEnd(
  memory: BreakerMemory,
  outcome: 'passed' | 'failed',
  nowMs: number,
): BreakerMemory {
  if (memory.state !== 'half-open') return memory;
  if (outcome === 'passed') return { ...memory, state: 'closed', closedAtMs: nowMs };
  return { ...memory, state: 'open', failedProbes: memory.failedProbes + 1 };
}

/** Until the next probe; `random` in [0, 1) keeps the replicas apart. */
export function planProbeDelayMs({ failedProbes }: BreakerMemory, random: number): number {
  const fullMs = Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(failedProbes, 10));
  return fullMs * (0.5 + 0.5 * random);
}
