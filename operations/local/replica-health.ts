/** The health of a replica as its probes tell it. */
export interface ReplicaHealth {
  readonly state: 'unknown' | 'up' | 'down';
  /** Probes in a row that contradict the state. */
  readonly contrary: number;
}

export interface ProbeThresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export const UNKNOWN_HEALTH: ReplicaHealth = { state: 'unknown', contrary: 0 };

/** The first probe decides alone; later ones have to agree several times in a row. */
export function reduceReplicaHealth(
  health: ReplicaHealth,
  probe: 'answered' | 'failed',
  thresholds: ProbeThresholds,
): ReplicaHealth {
  const seen = probe === 'answered' ? 'up' : 'down';
  if (health.state === 'unknown') return { state: seen, contrary: 0 };
  if (health.state === seen) return { state: seen, contrary: 0 };
  const needed = seen === 'up' ? thresholds.healthyThreshold : thresholds.unhealthyThreshold;
  const contrary = health.contrary + 1;
  return contrary >= needed ? { state: seen, contrary: 0 } : { state: health.state, contrary };
}
