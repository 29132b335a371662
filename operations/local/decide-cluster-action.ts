/** What was seen of one member of the database at one moment. */
export interface MemberView {
  readonly name: string;
  /** The operating system still runs its process. */
  readonly running: boolean;
  /** Probes in a row that were not answered. */
  readonly failedProbes: number;
  /** How much of the log it holds. Null: it did not answer. Unit: bytes since the beginning. */
  readonly receivedBytes: bigint | null;
  /** Probes in a row at which the primary did not stream to it. Means nothing for the primary. */
  readonly probesWithoutStream: number;
}

export interface ClusterView {
  readonly primary: string;
  readonly members: readonly MemberView[];
}

export type ClusterAction =
  | { readonly kind: 'wait' }
  /** Make `to` the primary; it holds every commit that was acknowledged. */
  | { readonly kind: 'fail-over'; readonly to: string; readonly because: PrimaryLoss }
  /** No replica can take over: start the primary where it is. */
  | { readonly kind: 'restart-primary' }
  /** Make the member anew as a replica of the primary. */
  | { readonly kind: 'clone'; readonly member: string };

export type PrimaryLoss = 'process ended' | 'no answer';

/** A process that ended is gone at once; silence needs a second look, because a busy machine is silent too. */
export const FAILED_PROBES = 2;
/** A replica may take some seconds to follow a new primary; after this many probes it never will. */
export const PROBES_WITHOUT_STREAM = 10;

/** One step towards a primary with all its replicas streaming. The primary comes first, then one replica after another. */
export function decideClusterAction(view: ClusterView): ClusterAction {
  const primary = view.members.find(({ name }) => name === view.primary);
  const replicas = view.members.filter(({ name }) => name !== view.primary);
  if (primary === undefined || isLost(primary)) {
    const to = selectMostAdvanced(replicas);
    if (to === null) return { kind: 'restart-primary' };
    const because = primary?.running === true ? 'no answer' : 'process ended';
    return { kind: 'fail-over', to, because };
  }
  // Its commits wait for a replica, and a primary that does not answer now cannot be cloned.
  if (primary.failedProbes > 0) return { kind: 'wait' };
  const broken = replicas.find(
    (replica) => isLost(replica) || replica.probesWithoutStream >= PROBES_WITHOUT_STREAM,
  );
  return broken === undefined ? { kind: 'wait' } : { kind: 'clone', member: broken.name };
}

function isLost(member: MemberView): boolean {
  return !member.running || member.failedProbes >= FAILED_PROBES;
}

/** Each commit was received by at least one replica, so the one that holds most holds all of them. */
function selectMostAdvanced(replicas: readonly MemberView[]): string | null {
  let best: { readonly name: string; readonly receivedBytes: bigint } | null = null;
  for (const { name, running, receivedBytes } of replicas) {
    if (!running || receivedBytes === null) continue;
    if (best === null || receivedBytes > best.receivedBytes) best = { name, receivedBytes };
  }
  return best?.name ?? null;
}
