/** What the load balancer knows of one replica when a request arrives. */
export interface ReplicaLoad {
  readonly name: string;
  readonly isUp: boolean;
  /** Requests under way. */
  readonly outstanding: number;
  /** Number of the request that came here last; 0: none has. */
  readonly lastRequest: number;
}

/** The replica with the fewest requests under way; among equals the one that has waited longest. Null: none is left. */
export function selectReplica(
  replicas: readonly ReplicaLoad[],
  tried: ReadonlySet<string>,
): string | null {
  const [first, ...rest] = replicas.filter(({ name, isUp }) => isUp && !tried.has(name));
  if (first === undefined) return null;
  return rest.reduce((best, replica) => (isBetter(replica, best) ? replica : best), first).name;
}

function isBetter(one: ReplicaLoad, other: ReplicaLoad): boolean {
  return one.outstanding === other.outstanding
    ? one.lastRequest < other.lastRequest
    : one.outstanding < other.outstanding;
}
