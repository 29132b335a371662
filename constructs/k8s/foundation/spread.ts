import type { k8s } from 'cdk8s-plus-28';

/**
 * Spreads pods over zones, strictly, and over machines as far as possible. Nodes without a zone label take no pod, so
 * even a cluster on one machine needs `topology.kubernetes.io/zone` on it.
 *
 * There is no `minDomains` on purpose: with it, the pods of a lost zone could not start in the others.
 */
export function spreadOverZones(
  labels: Readonly<Record<string, string>>,
  replicaSetLabels: readonly string[],
): k8s.TopologySpreadConstraint[] {
  const common = {
    maxSkew: 1,
    labelSelector: { matchLabels: labels },
    // A node that is drained or unreachable must not count as room, or its zone blocks the others.
    nodeTaintsPolicy: 'Honor',
    ...(replicaSetLabels.length > 0 ? { matchLabelKeys: [...replicaSetLabels] } : {}),
  };
  return [
    {
      ...common,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
    },
    {
      ...common,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
    },
  ];
}
