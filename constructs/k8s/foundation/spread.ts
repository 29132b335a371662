import type { k8s } from 'cdk8s-plus-28';

/** How the pods of one kind are kept apart. */
export type SpreadChoice =
  { readonly kind: 'zones' } | { readonly kind: 'nodes' } | { readonly kind: 'preferred' };

/** Chooses how replicas of the gateway, and members of the database and the cache, are kept apart. */
export const Spread = {
  /**
   * Over zones strictly, over nodes where possible. The only choice that promises to survive the loss of a zone. Every
   * node must carry `topology.kubernetes.io/zone`: a node without it takes no pod.
   */
  zones: (): SpreadChoice => ({ kind: 'zones' }),

  /**
   * Over nodes strictly, over zones where possible. Works on any cluster, also without zone labels and on a single node.
   * A pod waits while the node whose turn it is has no room.
   */
  nodes: (): SpreadChoice => ({ kind: 'nodes' }),

  /** Over nodes and zones where possible. No pod ever waits for the sake of its place; all of them may share a node. */
  preferred: (): SpreadChoice => ({ kind: 'preferred' }),
} as const;

export const ZONE = 'topology.kubernetes.io/zone';
export const NODE = 'kubernetes.io/hostname';

/**
 * Keeps the pods that `labels` select apart. `revisionLabels` name labels whose value tells generations of pods apart, so
 * that those of the last rollout don't count.
 *
 * There is no `minDomains` on purpose: with it, a cluster of fewer nodes would leave pods without a place, and the pods
 * of a lost zone could not start in the others.
 */
export function renderSpread(
  { kind }: SpreadChoice,
  labels: Readonly<Record<string, string>>,
  revisionLabels: readonly string[] = [],
): k8s.TopologySpreadConstraint[] {
  const common = {
    maxSkew: 1,
    labelSelector: { matchLabels: labels },
    // A node that is drained or unreachable must not count as room, or it would block the others.
    nodeTaintsPolicy: 'Honor',
    ...(revisionLabels.length > 0 ? { matchLabelKeys: [...revisionLabels] } : {}),
  };
  const [strict, preferred] = ['DoNotSchedule', 'ScheduleAnyway'] as const;
  return [
    { ...common, topologyKey: ZONE, whenUnsatisfiable: kind === 'zones' ? strict : preferred },
    { ...common, topologyKey: NODE, whenUnsatisfiable: kind === 'nodes' ? strict : preferred },
  ];
}
