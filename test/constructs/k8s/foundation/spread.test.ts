import fc from 'fast-check';
import { Cache, Database, Spread } from '../../../../constructs/k8s';
import { podsOf, type Manifest } from '../manifests';
import {
  aNode,
  type FakeNode,
  type FakePod,
  type Placement,
  podsMadeOf,
  scheduleBadly,
} from '../schedule';
import { synthesizePattern } from '../synthesize';

const ZONE = 'topology.kubernetes.io/zone';
const KINDS = ['zones', 'nodes', 'preferred'] as const;
const WORLDS = [
  {},
  { database: Database.cloudNativePg() },
  { cache: Cache.cluster() },
  { image: { reference: 'example.com/gateway@sha256:1' } },
] as const;
/** A primary of Redis Cluster and the replica of its shard are made by two StatefulSets. */
const SHARD = 'apps.kubernetes.io/pod-index';

function nodes(count: number, zones: number | 'none' = 'none'): readonly FakeNode[] {
  return Array.from({ length: count }, (_, index) => {
    const node = aNode(`node-${index}`);
    if (zones === 'none') return node;
    return { ...node, labels: { ...node.labels, [ZONE]: `zone-${index % zones}` } };
  });
}

/** How many pods of one owner the fullest domain holds. */
function fullest(placed: readonly Placement[], key = 'kubernetes.io/hostname'): number {
  const counts = new Map<string, number>();
  for (const { pod, node } of placed) {
    const place = `${pod.owner} in ${node?.labels[key]}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

function pendingOf(placed: readonly Placement[]): readonly string[] {
  return placed.filter(({ node }) => node === null).map(({ pod }) => pod.name);
}

/** Orders in which controllers may ask for the pods, by position. */
function anyOrder(pods: readonly FakePod[]): fc.Arbitrary<readonly number[]> {
  return fc.shuffledSubarray([...pods.keys()], { minLength: pods.length });
}

function inOrder(pods: readonly FakePod[], order: readonly number[]): readonly FakePod[] {
  return order.flatMap((index) => pods[index] ?? []);
}

/** All but replicas of Redis Cluster: those keep away from their primary, and from each other only where possible. */
function keptApart(placed: readonly Placement[]): readonly Placement[] {
  return placed.filter(({ pod }) => !pod.owner.endsWith('-redis-replica'));
}

describe('Spread', () => {
  const byDefault = WORLDS.map((world) => podsMadeOf(synthesizePattern(world)));
  const byZones = WORLDS.map((world) =>
    podsMadeOf(synthesizePattern({ ...world, spread: Spread.zones() })),
  );

  it('by default finds a place for every pod on nodes without zone labels, however few', () => {
    for (const pods of byDefault) {
      fc.assert(
        fc.property(anyOrder(pods), fc.integer({ min: 1, max: 6 }), (order, count) => {
          expect(pendingOf(scheduleBadly(inOrder(pods, order), nodes(count)))).toEqual([]);
        }),
        { numRuns: 40 },
      );
    }
  });

  it('by default puts no two replicas or members on one node where there are enough', () => {
    for (const pods of byDefault) {
      fc.assert(
        fc.property(anyOrder(pods), fc.integer({ min: 3, max: 6 }), (order, count) => {
          expect(fullest(keptApart(scheduleBadly(inOrder(pods, order), nodes(count))))).toBe(1);
        }),
        { numRuns: 40 },
      );
    }
  });

  it('by default shares nodes evenly where there are too few', () => {
    for (const pods of byDefault) {
      expect(fullest(keptApart(scheduleBadly(pods, nodes(2))))).toBe(2);
    }
  });

  it('by default replaces the pods of a node that is drained, and keeps the others apart', () => {
    const [one, two, three, four] = nodes(4);
    if (!one || !two || !three || !four) throw new Error('four nodes were asked for');
    const drained = {
      ...one,
      taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
    };
    for (const pods of byDefault) {
      const before = scheduleBadly(pods, [one, two, three]);
      const left = before.filter(({ node }) => node !== one);
      const evicted = before.filter(({ node }) => node === one).map(({ pod }) => pod);
      const after = scheduleBadly(evicted, [drained, two, three, four], left);

      expect(evicted.length).toBeGreaterThan(0);
      expect(pendingOf(after)).toEqual([]);
      expect(fullest(keptApart(after))).toBe(1);
    }
  });

  it('with zones leaves every pod pending where nodes have none, and never shares one of three', () => {
    for (const pods of byZones) {
      const pending = pendingOf(scheduleBadly(pods, nodes(3)));
      expect(pending).toHaveLength(pods.length);
      fc.assert(
        fc.property(anyOrder(pods), fc.integer({ min: 3, max: 9 }), (order, count) => {
          const placed = scheduleBadly(inOrder(pods, order), nodes(count, 3));
          expect(pendingOf(placed)).toEqual([]);
          expect(fullest(keptApart(placed), ZONE)).toBe(1);
        }),
        { numRuns: 40 },
      );
    }
  });

  it('keeps a replica of Redis Cluster away from its primary, in zones and on nodes', () => {
    for (const [spread, key] of [
      [Spread.zones(), ZONE],
      [Spread.nodes(), 'kubernetes.io/hostname'],
    ] as const) {
      const pods = podsMadeOf(synthesizePattern({ cache: Cache.cluster(), spread }));
      const members = ['primary', 'replica'].flatMap((role) =>
        pods.filter(({ owner }) => owner === `StatefulSet/litellm-redis-${role}`),
      );
      const placed = scheduleBadly(members, nodes(3, 3));
      for (const shard of ['0', '1', '2']) {
        const domains = placed
          .filter(({ pod }) => pod.labels[SHARD] === shard)
          .map(({ node }) => node?.labels[key]);
        expect(new Set(domains).size).toBe(2);
      }
    }
  });

  it('waits for no place at all where it is preferred', () => {
    const pods = podsMadeOf(synthesizePattern({ spread: Spread.preferred() }));
    const [roomy, ...full] = nodes(3);
    if (!roomy) throw new Error('three nodes were asked for');
    const crowded = full.map((node) => ({ ...node, cpuMillicores: 0 }));

    expect(pendingOf(scheduleBadly(pods, [roomy, ...crowded]))).toEqual([]);
  });

  it('never states two rules of one key and one strictness, which the API server refuses', () => {
    for (const kind of KINDS) {
      for (const world of WORLDS) {
        const manifests = synthesizePattern({ ...world, spread: { kind } });
        const rules = [
          ...podsOf(manifests).map(([owner, { spec }]): [string, Manifest] => [owner, spec]),
          ...manifests
            .filter((each) => each.kind === 'Cluster')
            .map(({ spec }): [string, Manifest] => ['Cluster', spec]),
        ].map(([owner, spec]) =>
          (spec.topologySpreadConstraints ?? []).map(
            (rule: Manifest) => `${owner} ${rule.topologyKey} ${rule.whenUnsatisfiable}`,
          ),
        );
        for (const each of rules) expect(new Set(each).size).toBe(each.length);
        expect(rules.flat().length).toBeGreaterThan(8);
      }
    }
  });
});
