import type { Manifest } from './manifests';

/** A node as the scheduler sees it. */
export interface FakeNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}

export interface FakePod {
  readonly name: string;
  /** What made it, such as `StatefulSet/litellm-redis`. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Manifest;
}

export interface Placement {
  readonly pod: FakePod;
  /** Null: it stays pending. */
  readonly node: FakeNode | null;
}

export function aNode(name: string, overrides: Partial<FakeNode> = {}): FakeNode {
  return {
    name,
    labels: { 'kubernetes.io/hostname': name },
    taints: [],
    cpuMillicores: 64_000,
    memoryMib: 262_144,
    ...overrides,
  };
}

/** The pods that the controllers of the cluster make of manifests: those that run for good. */
export function podsMadeOf(manifests: readonly Manifest[]): readonly FakePod[] {
  return manifests.flatMap((each): readonly FakePod[] => {
    const owner = `${each.kind}/${each.metadata.name}`;
    const make = (count: number, template: Manifest, labels: object): readonly FakePod[] =>
      Array.from({ length: count }, (_, index) => ({
        name: `${each.metadata.name}-${index}`,
        owner,
        labels: {
          ...template.metadata?.labels,
          ...labels,
          ...(each.kind === 'StatefulSet' ? { 'apps.kubernetes.io/pod-index': `${index}` } : {}),
        },
        spec: template.spec,
      }));
    switch (each.kind) {
      case 'Deployment':
        return make(
          each.spec.replicas ?? minReplicasOf(manifests, each.metadata.name),
          each.spec.template,
          {
            'pod-template-hash': 'first',
          },
        );
      case 'StatefulSet':
        return make(each.spec.replicas, each.spec.template, {});
      case 'Cluster':
        return make(
          each.spec.instances,
          { spec: { ...each.spec, ...each.spec.affinity, containers: [each.spec] } },
          { 'cnpg.io/cluster': each.metadata.name, 'cnpg.io/podRole': 'instance' },
        );
      case 'Pooler':
        return make(each.spec.instances, each.spec.template, { 'pod-template-hash': 'first' });
      default:
        return [];
    }
  });
}

function minReplicasOf(manifests: readonly Manifest[], name: string): number {
  const scaler = manifests.find(
    ({ spec }) => spec?.scaleTargetRef?.name === name && spec.scaleTargetRef.kind === 'Deployment',
  );
  return scaler.spec.minReplicas ?? scaler.spec.minReplicaCount;
}

/**
 * Binds pods one after the other by the scheduler's hard rules alone: NodeResourcesFit, NodeAffinity's selector,
 * TaintToleration and the strict half of PodTopologySpread. Of the nodes that are left it takes the worst, the one with
 * most pods of the same owner: what holds here holds whatever the scheduler prefers.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function scheduleBadly(
  pods: readonly FakePod[],
  nodes: readonly FakeNode[],
  there: readonly Placement[] = [],
): readonly Placement[] {
  return pods.reduce((placed: readonly Placement[], pod) => {
    const siblings = (node: FakeNode): number =>
      placed.filter((each) => each.node === node && each.pod.owner === pod.owner).length;
    const [node] = nodes
      .filter((each) => isFeasible(pod, each, { nodes, placed }))
      .sort((one, other) => siblings(other) - siblings(one));
    return [...placed, { pod, node: node ?? null }];
  }, there);
}

interface World {
  readonly nodes: readonly FakeNode[];
  readonly placed: readonly Placement[];
}

function isFeasible(pod: FakePod, node: FakeNode, world: World): boolean {
  const used = requestsOf(
    world.placed.filter((each) => each.node === node).map((each) => each.pod),
  );
  const own = requestsOf([pod]);
  return (
    used.cpuMillicores + own.cpuMillicores <= node.cpuMillicores &&
    used.memoryMib + own.memoryMib <= node.memoryMib &&
    admits(pod, node) &&
    toleratesTaints(pod, node) &&
    strictRulesOf(pod).every((rule) => keepsSkew(rule, { pod, node, world }))
  );
}

/** The node that has the labels the pod asks for. */
function admits({ spec }: FakePod, { labels }: FakeNode): boolean {
  return Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
}

function toleratesTaints({ spec }: FakePod, { taints }: FakeNode): boolean {
  return taints.every(({ key, effect }) =>
    (spec.tolerations ?? []).some(
      (each: Manifest) =>
        (each.key === undefined || each.key === key) &&
        (each.effect === undefined || each.effect === effect),
    ),
  );
}

function strictRulesOf({ spec }: FakePod): readonly Manifest[] {
  return (spec.topologySpreadConstraints ?? []).filter(
    (each: Manifest) => each.whenUnsatisfiable === 'DoNotSchedule',
  );
}

function keepsSkew(
  rule: Manifest,
  { pod, node, world }: { readonly pod: FakePod; readonly node: FakeNode; readonly world: World },
): boolean {
  const keys: readonly string[] = strictRulesOf(pod).map((each) => each.topologyKey);
  const counted = world.nodes.filter(
    (each) =>
      keys.every((key) => key in each.labels) &&
      admits(pod, each) &&
      (rule.nodeTaintsPolicy !== 'Honor' || toleratesTaints(pod, each)),
  );
  if (!counted.includes(node)) return false;
  const selector: Readonly<Record<string, string | undefined>> = {
    ...rule.labelSelector.matchLabels,
    ...Object.fromEntries(
      (rule.matchLabelKeys ?? [])
        .filter((key: string) => key in pod.labels)
        .map((key: string) => [key, pod.labels[key]]),
    ),
  };
  const isCounted = ({ labels }: FakePod): boolean =>
    Object.entries(selector).every(([key, value]) => labels[key] === value);
  const domainOf = ({ labels }: FakeNode): string => labels[rule.topologyKey] ?? '';
  const countIn = (domain: string): number =>
    world.placed.filter(
      (each) =>
        each.node !== null &&
        counted.includes(each.node) &&
        domainOf(each.node) === domain &&
        isCounted(each.pod),
    ).length;
  const least = Math.min(...new Set(counted.map((each) => countIn(domainOf(each)))));
  return countIn(domainOf(node)) + (isCounted(pod) ? 1 : 0) - least <= rule.maxSkew;
}

/** What pods ask for together, as the scheduler adds it up. */
export function requestsOf(pods: readonly FakePod[]): {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
} {
  const requests = pods.flatMap(({ spec }) =>
    spec.containers.map((each: Manifest) => each.resources?.requests ?? {}),
  );
  return {
    cpuMillicores: sum(requests.map(({ cpu = '0' }) => readMillicores(cpu))),
    memoryMib: sum(requests.map(({ memory = '0Mi' }) => readMebibytes(memory))),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}

function readMillicores(quantity: string): number {
  return quantity.endsWith('m') ? parseInt(quantity, 10) : Number(quantity) * 1000;
}

function readMebibytes(quantity: string): number {
  return quantity.endsWith('Gi') ? parseInt(quantity, 10) * 1024 : parseInt(quantity, 10);
}
